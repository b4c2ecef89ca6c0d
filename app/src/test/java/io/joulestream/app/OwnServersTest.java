package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory and its database belong together; what does not is refused before any server starts. */
class OwnServersTest {
    private static final DatabaseAddress THEIRS =
            new DatabaseAddress("jdbc:postgresql://db.example:5432/ledger?password=secret", "u", "p");

    @TempDir
    private Path folder;

    @Test
    void aDirectoryWithALedgerOfItsOwnTakesNoOther() throws IOException {
        keeps("embedded");

        assertRefused(
                config().withDatabase(THEIRS),
                "keeps its ledger in a database of its own, not in " + "jdbc:postgresql://db.example:5432/ledger:");
    }

    @Test
    void aDirectoryFromBeforeThereWasAChoiceHasALedgerOfItsOwn() throws IOException {
        Files.createDirectories(folder.resolve("postgres/data"));

        assertThat(OwnServers.isPlaceOf(config())).isTrue();
        assertThat(OwnServers.isPlaceOf(config().withDatabase(THEIRS))).isFalse();
    }

    @Test
    void aDirectoryOfAnotherDatabaseTakesNeitherItsOwnNorAThird() throws IOException {
        keeps("jdbc:postgresql://old.example/ledger");

        assertRefused(
                config(), "keeps its ledger in jdbc:postgresql://old.example/ledger, not in a database of its own:");
        assertRefused(
                config().withDatabase(THEIRS),
                "write its new address into " + folder.toRealPath().resolve("database"));
    }

    @Test
    void aNewDirectoryIsThePlaceOfNone() throws IOException {
        assertThat(OwnServers.isPlaceOf(config())).isFalse();
        assertThat(OwnServers.isPlaceOf(config().withDatabase(THEIRS))).isFalse();
    }

    private void assertRefused(AppConfig config, String message) throws IOException {
        try (DataDirectory directory = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> OwnServers.start(config, directory))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("secret");
        }
    }

    private void keeps(String place) throws IOException {
        try (DataDirectory directory = DataDirectory.open(folder)) {
            Files.writeString(directory.path().resolve("database"), place + "\n");
        }
    }

    private AppConfig config() {
        return AppConfig.load(null).withDataDirectory(folder);
    }
}
