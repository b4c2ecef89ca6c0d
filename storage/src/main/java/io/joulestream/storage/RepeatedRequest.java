package io.joulestream.storage;

/** Another request of the same key was done meanwhile; of this one nothing was. */
public final class RepeatedRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RepeatedRequest(Once once) {
        super("what " + once.member() + " asked for under " + once.key() + " was done by another request");
    }
}
