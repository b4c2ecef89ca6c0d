package io.joulestream.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the API, as it is part of the product. */
final class OpenApiFile {
    private static final String RESOURCE = "/openapi.yaml";

    private static final class Loaded {
        static final Answer ANSWER = load();
    }

    private OpenApiFile() {}

    static Answer answer(Request request) {
        request.parameters().check();
        return Loaded.ANSWER;
    }

    private static Answer load() {
        try (InputStream in = OpenApiFile.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the class path");
            }
            byte[] yaml = in.readAllBytes();
            return Answer.of("application/yaml", yaml).with(Answer.ETAG, ETags.strong(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }
}
