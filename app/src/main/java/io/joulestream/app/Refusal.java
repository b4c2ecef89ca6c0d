package io.joulestream.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Why the last service's job would not start, kept beside the logs until the next start for whoever asks then. */
final class Refusal {
    private static final String FILE = "job-refused.txt";

    private Refusal() {}

    static void keep(Path logs, String why) throws IOException {
        Files.writeString(logs.resolve(FILE), why);
    }

    static void forget(Path logs) throws IOException {
        Files.deleteIfExists(logs.resolve(FILE));
    }

    static Optional<String> last(Path logs) {
        try {
            Path file = logs.resolve(FILE);
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UserError("cannot read " + logs.resolve(FILE) + ": " + e.getMessage(), e);
        }
    }
}
