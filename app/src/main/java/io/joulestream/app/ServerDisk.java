package io.joulestream.app;

import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The disk of a database's server, which is this machine's only where the server is the data directory's own. */
final class ServerDisk {
    private ServerDisk() {}

    /** Empty where it cannot be known. */
    static OptionalLong freeBytes(AppConfig config, DatabaseAddress address) throws IOException {
        boolean isHere = Endpoints.ofRunningService(config)
                .filter(running -> config.database().isEmpty())
                .map(Endpoints::database)
                .filter(address::equals)
                .isPresent();
        return isHere ? OptionalLong.of(Files.getFileStore(folder(config)).getUsableSpace()) : OptionalLong.empty();
    }

    static Path folder(AppConfig config) {
        return config.dataDirectory().resolve("postgres");
    }
}
