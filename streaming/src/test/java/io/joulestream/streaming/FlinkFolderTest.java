package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkFolderTest {
    @TempDir
    private Path folder;

    @Test
    void flinkWritesWhereThePathLeads() throws Exception {
        Path odd = folder.resolve(withAllThatNamesMayHaveHere("my 100%20 backup #1?"));
        org.apache.flink.core.fs.Path file = new org.apache.flink.core.fs.Path(FlinkFolder.uri(odd), "_metadata");

        try (OutputStream out = FileSystem.get(file.toUri()).create(file, FileSystem.WriteMode.NO_OVERWRITE)) {
            out.write(1);
        }

        assertThat(odd.resolve("_metadata")).hasBinaryContent(new byte[] {1});
        assertThat(FlinkFolder.of(FlinkFolder.uri(odd))).isEqualTo(odd);
        assertThat(FlinkFolder.of(
                        file.getParent().makeQualified(file.getFileSystem()).toString()))
                .as("as Flink tells it")
                .isEqualTo(odd);
    }

    @Test
    void aSavepointIsReadFromThere() throws Exception {
        Path odd = Files.createDirectory(folder.resolve(withAllThatNamesMayHaveHere("my 100%20 backup #1?")));
        Files.copy(Path.of("src/test/resources/golden/known-topics/_metadata"), odd.resolve("_metadata"));

        assertThat(SavepointTopic.read(odd)).hasSize(2);
    }

    /** Names of files are of the letters of the locale. */
    private static String withAllThatNamesMayHaveHere(String name) {
        String accented = name + " \u00e9";
        return Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode(accented)
                ? accented
                : name;
    }
}
