package io.joulestream.ingest.kafka;

/** Something that was to be published did not reach Kafka. What else was sent may have. */
public final class PublishException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PublishException(String message, Throwable cause) {
        super(message, cause);
    }
}
