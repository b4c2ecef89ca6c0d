package io.joulestream.app;

import io.joulestream.storage.DatabaseAddress;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which database, for commands that look after one. */
final class DatabaseOptions {
    @Option(names = "--url", paramLabel = "JDBC", description = "Such as jdbc:postgresql://db:5432/joulestream.")
    private String url;

    @Option(names = "--user", paramLabel = "NAME", description = "With --url. Default: the setting.")
    private String user;

    /** The one that --url names, if any. */
    Optional<DatabaseAddress> named(AppConfig config) {
        if (url == null) {
            if (user != null) {
                throw new UserError("--user goes with --url");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(config.databaseAt(url, Optional.ofNullable(user)));
        } catch (IllegalArgumentException e) {
            throw new UserError("--url must start with jdbc:postgresql:", e);
        }
    }

    /** Or else that of the running service or of the settings. */
    DatabaseAddress address(AppConfig config) {
        return named(config)
                .or(() -> Endpoints.ofRunningService(config).map(Endpoints::database))
                .or(config::database)
                .orElseGet(() -> Endpoints.ofRunningServiceOrRefuse(config).database());
    }
}
