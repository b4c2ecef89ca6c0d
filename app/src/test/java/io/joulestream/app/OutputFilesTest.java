package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir
    private Path folder;

    private Path input;

    @BeforeEach
    void writeTheInput() throws IOException {
        input = Files.writeString(folder.resolve("x.part"), "input");
    }

    @Test
    void aNameBesideAnOutputIsNobodysPart() throws IOException {
        write(folder.resolve("x"), "output");

        assertThat(input).hasContent("input");
        assertThat(folder.resolve("x")).hasContent("output");
        assertThat(names()).containsExactlyInAnyOrder("x", "x.part");
    }

    @Test
    void anOutputMayBeCalledAsAnotherOnesPart() throws IOException {
        try (OutputFiles outputs = new OutputFiles(input)) {
            outputs.to(folder.resolve("a.part")).write("codes".getBytes());
            outputs.to(folder.resolve("a")).write("scales".getBytes());
            outputs.commit();
        }

        assertThat(folder.resolve("a.part")).hasContent("codes");
        assertThat(folder.resolve("a")).hasContent("scales");
    }

    @Test
    void ofTwoRunsToOneFileTheLastToEndWinsWhole() throws IOException {
        Path file = folder.resolve("out");
        try (OutputFiles first = new OutputFiles(input);
                OutputFiles second = new OutputFiles(input)) {
            first.to(file).write("the first".getBytes());
            second.to(file).write("2nd".getBytes());

            first.commit();
            assertThat(file).hasContent("the first");
            second.commit();
        }

        assertThat(file).hasContent("2nd");
        assertThat(names()).containsExactlyInAnyOrder("out", "x.part");
    }

    @Test
    void theInputIsNoOutputUnderAnyOfItsNames() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), input);
        Path sameFolder = Files.createSymbolicLink(folder.resolve("folder"), folder);

        for (Path name : new Path[] {input, link, sameFolder.resolve("x.part"), folder.resolve("./x.part")}) {
            assertThatThrownBy(() -> write(name, "output"))
                    .isInstanceOf(UserError.class)
                    .hasMessage("an output cannot go to the file that is read: " + name);
        }
        assertThat(input).hasContent("input");
        assertThat(names()).containsExactlyInAnyOrder("x.part", "link", "folder");
    }

    @Test
    void twoOutputsAreNotOneFileThoughItIsNotThereYet() throws IOException {
        Path sameFolder = Files.createSymbolicLink(folder.resolve("folder"), folder);
        try (OutputFiles outputs = new OutputFiles(input)) {
            outputs.to(folder.resolve("a"));

            assertThatThrownBy(() -> outputs.to(sameFolder.resolve("a")))
                    .isInstanceOf(UserError.class)
                    .hasMessageStartingWith("two outputs cannot go to one file");
        }
    }

    @Test
    void anOutputMayBeReadByThoseWhoMayReadWhatElseIsWritten() throws IOException {
        write(folder.resolve("out"), "output");

        assertThat(Files.getPosixFilePermissions(folder.resolve("out")))
                .isEqualTo(Files.getPosixFilePermissions(input));
    }

    private void write(Path file, String text) throws IOException {
        try (OutputFiles outputs = new OutputFiles(input)) {
            outputs.to(file).write(text.getBytes());
            outputs.commit();
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
