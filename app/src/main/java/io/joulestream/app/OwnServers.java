package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The servers of a data directory: its broker, and the database that its ledger lies in, which is its own or the user's.
 *
 * <p>Which of them is written into the directory at the first start. A job that found another database behind what it has
 * committed would leave out all that it stored in the first, so a later start with another is refused.
 */
record OwnServers(EmbeddedServers servers, DatabaseAddress database) {
    private static final String STAMP = "database";
    private static final String EMBEDDED = "embedded";

    /** @throws UserError if the directory keeps its ledger elsewhere than the settings say */
    static OwnServers start(AppConfig config, DataDirectory directory) throws IOException {
        Path stamp = directory.path().resolve(STAMP);
        String wanted = place(config);
        String known = known(directory.path());
        if (!known.isEmpty() && !known.equals(wanted)) {
            throw new UserError(
                    "the data directory " + directory.path() + " keeps its ledger in " + told(known) + ", not in "
                            + told(wanted)
                            + ": set joulestream.database.url so, or give another --data-dir; where that database has "
                            + "moved, write its new address into " + stamp);
        }
        OwnServers started = config.database().isPresent()
                ? new OwnServers(
                        EmbeddedServers.startBroker(directory),
                        config.database().get())
                : embedded(started(directory));
        Files.writeString(stamp, wanted + "\n", UTF_8);
        return started;
    }

    /** What keeps a server from starting is the user's to put right: a full disk, foreign files. */
    private static EmbeddedServers started(DataDirectory directory) {
        try {
            return EmbeddedServers.start(directory);
        } catch (IOException e) {
            throw new UserError(e.getMessage(), e);
        }
    }

    /** Whether a directory is known to keep its ledger where the settings say. */
    static boolean isPlaceOf(AppConfig config) throws IOException {
        return known(config.dataDirectory()).equals(place(config));
    }

    private static OwnServers embedded(EmbeddedServers servers) {
        return new OwnServers(
                servers, new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword()));
    }

    private static String place(AppConfig config) {
        return config.database()
                .map(address -> address.jdbcUrl().replaceFirst("\\?.*", ""))
                .orElse(EMBEDDED);
    }

    /** Empty for a new directory; one from before there was a choice has a database of its own. */
    private static String known(Path directory) throws IOException {
        Path stamp = directory.resolve(STAMP);
        if (Files.exists(stamp)) {
            return Files.readString(stamp, UTF_8).strip();
        }
        return Files.exists(directory.resolve("postgres").resolve("data")) ? EMBEDDED : "";
    }

    private static String told(String place) {
        return place.equals(EMBEDDED) ? "a database of its own" : place;
    }
}
