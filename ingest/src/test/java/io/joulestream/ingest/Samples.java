package io.joulestream.ingest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real logs of third parties, which may not be copied into this repository. Tests that want one skip without it. */
public final class Samples {
    private static final Path FOLDER = Path.of("../../shared/telemetry/samples");

    private Samples() {}

    public static Path get(String name) {
        Path path = FOLDER.resolve(name);
        assumeTrue(Files.isRegularFile(path), () -> "skipped: the third-party sample " + name + " is not here");
        return path;
    }
}
