package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
    @TempDir
    private Path folder;

    private Path secret(String content, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private AppConfig with(String settings) throws IOException {
        return AppConfig.load(Files.writeString(
                folder.resolve("own.conf"),
                "joulestream.database { url = \"jdbc:postgresql://db/ledger\", user = joe, " + settings + " }"));
    }

    @Test
    void aPasswordIsReadFromItsFile() throws IOException {
        Path file = secret("of the file\n", "rw-------");

        AppConfig config =
                with("password-file = \"" + file + "\", api { user = reader, password-file = \"" + file + "\" }");

        assertThat(config.database().orElseThrow().password()).isEqualTo("of the file");
        assertThat(config.apiDatabase().orElseThrow().password()).isEqualTo("of the file");
        assertThat(config.databaseAt("jdbc:postgresql://other/ledger", Optional.empty())
                        .password())
                .isEqualTo("of the file");
        assertThat(config.toString()).doesNotContain("of the file");
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws IOException {
        Path file = secret("of the file", "rw-r-----");

        assertThatThrownBy(() -> with("password-file = \"" + file + "\""))
                .isInstanceOf(UserError.class)
                .hasMessage(file + " holds a secret and others may read it: chmod 600 " + file);
    }

    @Test
    void anEmptyOrAbsentFileIsRefused() throws IOException {
        Path file = secret("\n", "rw-------");

        assertThatThrownBy(() -> with("password-file = \"" + file + "\"")).hasMessage(file + " holds no secret");
        assertThatThrownBy(() -> with("password-file = \"" + folder.resolve("none") + "\""))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void oneOfTheTwoIsGiven() throws IOException {
        Path file = secret("of the file", "rw-------");

        assertThatThrownBy(() -> with("password = x, password-file = \"" + file + "\""))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "joulestream.database.password and joulestream.database.password-file are both given: give one");
    }
}
