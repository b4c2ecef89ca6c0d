package io.joulestream.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresProgramsTest {
    @TempDir
    Path folder;

    @Test
    void programsAreUnpackedOnceAndAgainWhenOneIsDamaged() throws IOException {
        Path program = Path.of(PostgresPrograms.in(folder).pgCtl());
        assertThat(runs(program)).isTrue();
        Object unpacked = Files.getAttribute(program, "unix:ino");

        assertThat(PostgresPrograms.in(folder).pgCtl()).isEqualTo(program.toString());
        assertThat(Files.getAttribute(program, "unix:ino")).isEqualTo(unpacked);

        Files.writeString(program, "cut short");
        PostgresPrograms.in(folder);

        assertThat(runs(program)).isTrue();
        assertThat(folder.toFile().list()).as("nothing half unpacked is left").hasSize(1);
    }

    @Test
    void aFolderOthersMayWriteIsNoPlaceForPrograms() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(PostgresAccount.isPrivate(open)).isFalse();
        assertThat(PostgresAccount.isPrivate(file.resolve("below"))).isFalse();
        assertThat(PostgresAccount.isPrivate(folder.resolve("new"))).isTrue();
    }

    private static boolean runs(Path program) throws IOException {
        return Commands.run(List.of(program.toString(), "--version")).succeeded();
    }
}
