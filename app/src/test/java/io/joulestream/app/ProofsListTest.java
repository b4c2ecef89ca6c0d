package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProofsListTest {
    private static final Path TOP = Path.of("..");

    @Test
    void everyPromiseNamesATestThatExists() throws IOException {
        List<String> promised = Files.readAllLines(TOP.resolve("docs/proofs/promises.tsv")).stream()
                .filter(row -> !row.startsWith("#") && !row.isBlank())
                .map(row -> row.split("\t", -1)[1])
                .toList();

        assertThat(promised).isNotEmpty().isSubsetOf(tests());
    }

    static Set<String> tests() throws IOException {
        try (Stream<Path> modules = Files.list(TOP)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ProofsListTest::sources)
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<Path> sources(Path folder) {
        try {
            return Files.walk(folder).filter(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + folder, e);
        }
    }
}
