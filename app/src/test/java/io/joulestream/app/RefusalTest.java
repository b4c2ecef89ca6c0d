package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
    @Test
    void doctorTellsWhyTheLastJobWouldNotStartUntilTheNextStart(@TempDir Path directory) throws IOException {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Refusal.keep(logs, "topic T begins at offset 7");

        String told = doctor(1, directory);
        Refusal.forget(logs);
        String untold = doctor(0, directory);

        assertThat(told).contains("DEGRADED", "topic T begins at offset 7");
        assertThat(untold).doesNotContain("DEGRADED");
    }

    private static String doctor(int exit, Path directory) {
        StringWriter terminal = new StringWriter();
        PrintWriter out = new PrintWriter(terminal, true);
        assertThat(Joulestream.run(out, out, "doctor", "--data-dir", directory.toString()))
                .as(terminal.toString())
                .isEqualTo(exit);
        return terminal.toString();
    }
}
