package io.joulestream.storage;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedTablesIT {
    @Test
    void theCommittedClassesAreThoseOfTheMigratedSchema(@TempDir Path folder) throws Exception {
        GenerateTables.generate(folder);

        assertThat(sources(Path.of("src/main/generated")))
                .as("run mvn -Pjooq -pl core,storage process-test-classes")
                .isEqualTo(sources(folder));
    }

    private static SortedMap<String, String> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .collect(toMap(
                            file -> folder.relativize(file).toString(),
                            GeneratedTablesIT::text,
                            (a, b) -> a,
                            TreeMap::new));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
