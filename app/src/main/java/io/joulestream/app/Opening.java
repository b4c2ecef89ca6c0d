package io.joulestream.app;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;

/**
 * What a thread of its own opens while others are opened. Closed with it, unless it was taken. For one thread.
 */
final class Opening<T extends AutoCloseable> implements AutoCloseable {
    private final CompletableFuture<T> opened = new CompletableFuture<>();
    private boolean isTaken;

    private Opening() {}

    static <T extends AutoCloseable> Opening<T> begin(String thread, Callable<T> open) {
        LoggerFactory.getILoggerFactory(); // where two threads meet it first, it loses lines and complains
        Opening<T> opening = new Opening<>();
        Thread opener = new Thread(() -> opening.open(open), thread);
        opener.setDaemon(true);
        opener.start();
        return opening;
    }

    private void open(Callable<T> open) {
        try {
            opened.complete(open.call());
        } catch (Throwable e) {
            opened.completeExceptionally(e);
        }
    }

    /** When it is open; from then on it is the caller's to close. Throws what kept it from being opened. */
    T take() throws Exception {
        try {
            T part = opened.join();
            isTaken = true;
            return part;
        } catch (CompletionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Waits until it is open, to close it. */
    @Override
    public void close() throws Exception {
        if (!isTaken && opened.handle((part, failure) -> failure == null).join()) {
            opened.join().close();
        }
    }
}
