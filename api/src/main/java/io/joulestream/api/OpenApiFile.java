package io.joulestream.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The description of the API, as it is part of the product: as it was written, and the same as JSON. */
final class OpenApiFile {
    private static final String RESOURCE = "/openapi.yaml";

    private static final class Loaded {
        static final Answer YAML = yaml();
        static final Answer JSON = json(YAML.body());
    }

    private OpenApiFile() {}

    static Answer yaml(Request request) {
        request.parameters().check();
        return Loaded.YAML;
    }

    static Answer json(Request request) {
        request.parameters().check();
        return Loaded.JSON;
    }

    private static Answer yaml() {
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

    private static Answer json(byte[] yaml) {
        Object file = new Load(LoadSettings.builder().build()).loadFromString(new String(yaml, StandardCharsets.UTF_8));
        byte[] json = Json.bytes(file);
        return Answer.of(Json.MEDIA_TYPE, json).with(Answer.ETAG, ETags.strong(json));
    }
}
