package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.storage.DatabaseAddress;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Where a running Joulestream can be reached.
 *
 * @param group consumer group in which the job commits its progress
 * @param api address of pages and API; empty where none runs
 */
record Endpoints(String kafkaBootstrap, DatabaseAddress database, String group, Optional<String> api) {
    private static final String KAFKA = "kafka.bootstrap";
    private static final String URL = "database.url";
    private static final String USER = "database.user";
    private static final String PASSWORD = "database.password";
    private static final String GROUP = "job.group";
    private static final String API = "api.address";

    /** The service that the configuration names, or that has its data directory open. */
    static Optional<Endpoints> ofRunningService(AppConfig config) {
        if (config.kafkaBootstrap().isPresent()) {
            return Optional.of(new Endpoints(
                    config.kafkaBootstrap().get(), config.database().orElseThrow(), config.group(), Optional.empty()));
        }
        try {
            return DataDirectory.runningService(config.dataDirectory()).map(Endpoints::from);
        } catch (IOException e) {
            throw new UserError("cannot read the data directory " + config.dataDirectory() + ": " + e.getMessage(), e);
        }
    }

    static Endpoints ofRunningServiceOrRefuse(AppConfig config) {
        return ofRunningService(config)
                .orElseThrow(() -> new UserError("no Joulestream is running on the data directory "
                        + config.dataDirectory() + "; start one with: joulestream up"));
    }

    static Endpoints from(Map<String, String> properties) {
        return new Endpoints(
                properties.get(KAFKA),
                new DatabaseAddress(properties.get(URL), properties.get(USER), properties.get(PASSWORD)),
                properties.get(GROUP),
                Optional.ofNullable(properties.get(API)));
    }

    Map<String, String> toProperties() {
        Map<String, String> properties = new java.util.TreeMap<>(Map.of(
                KAFKA, kafkaBootstrap,
                URL, database.jdbcUrl(),
                USER, database.user(),
                PASSWORD, database.password(),
                GROUP, group));
        api.ifPresent(address -> properties.put(API, address));
        return properties;
    }

    Map<String, Object> kafkaSettings() {
        return Map.of("bootstrap.servers", kafkaBootstrap);
    }
}
