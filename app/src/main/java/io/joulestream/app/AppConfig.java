package io.joulestream.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.joulestream.api.ApiConfig;
import io.joulestream.api.oidc.Issuer;
import io.joulestream.app.outbound.Outbound;
import io.joulestream.app.outbound.OutboundHosts;
import io.joulestream.core.access.ApiKey;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.MinuteRules;
import io.joulestream.streaming.StateBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything Joulestream can be told, read once. The defaults and what each setting means stand in
 * {@code application.conf}.
 *
 * @param source the settings themselves
 * @param kafkaBootstrap empty: the all-in-one's own broker
 * @param database empty: the all-in-one's own server
 * @param apiDatabase the same database, by a login that only reads for the API; empty: that of {@code database}
 * @param keep how long minutes are kept
 * @param keepMessages how long a message to a webhook is kept after it was delivered or given up
 * @param checkpointInterval of the all-in-one
 */
record AppConfig(
        Config source,
        Path dataDirectory,
        String tenant,
        Optional<String> kafkaBootstrap,
        int partitions,
        int replication,
        Optional<DatabaseAddress> database,
        Optional<DatabaseAddress> apiDatabase,
        MinuteRules keep,
        int parallelism,
        StateBackend stateBackend,
        Duration checkpointInterval,
        ClusterConfig cluster,
        Duration topicDiscovery,
        int openOwners,
        String group,
        ApiSettings api,
        AdminConfig admin,
        Logs.Format logFormat,
        OutboundHosts outbound,
        Duration keepMessages,
        Duration importPatience) {
    private static final String ROOT = "joulestream";

    AppConfig {
        atLeastOne("joulestream.kafka.partitions", partitions);
        atLeastOne("joulestream.kafka.replication", replication);
        atLeastOne("joulestream.job.parallelism", parallelism);
        atLeastOne("joulestream.job.open-owners", openOwners);
        if (checkpointInterval.toMillis() < 50) {
            throw new UserError("joulestream.job.checkpoint-interval must be >= 50ms, was " + checkpointInterval);
        }
        if (kafkaBootstrap.isPresent() && database.isEmpty()) {
            throw new UserError("joulestream.kafka.bootstrap needs joulestream.database.url beside it");
        }
        if (api.keysRequired() && !tenant.matches(ApiKey.TENANT_NAME)) {
            throw new UserError("joulestream.api.keys cannot be required of tenant " + tenant
                    + ": its name must be of a to z, 0 to 9 and -, at most 40");
        }
        if (database.isEmpty() && given(source.getString("database.api.user")).isPresent()) {
            throw new UserError("joulestream.database.api.user needs joulestream.database.url beside it");
        }
    }

    private static void atLeastOne(String setting, int value) {
        if (value < 1) {
            throw new UserError(setting + " must be >= 1, was " + value);
        }
    }

    /** @param file the user's own settings; null for none */
    static AppConfig load(Path file) {
        try {
            Config defaults = ConfigFactory.parseResources(AppConfig.class.getClassLoader(), "application.conf")
                    .withFallback(ConfigFactory.systemProperties().withOnlyPath("user.home"));
            Config own = file == null ? ConfigFactory.empty() : parse(file);
            refuseUnknownKeys(own, defaults.resolve(), file);
            Config all = own.withFallback(defaults).resolve().getConfig(ROOT);
            return from(withPasswordOfFile(withPasswordOfFile(all, "database"), "database.api"));
        } catch (ConfigException e) {
            throw new UserError(e.getMessage());
        }
    }

    private static Config withPasswordOfFile(Config all, String login) {
        Optional<String> file = given(all.getString(login + ".password-file"));
        String password = login + ".password";
        if (file.isPresent() && !all.getString(password).isEmpty()) {
            throw new UserError(
                    "joulestream." + password + " and joulestream." + password + "-file are both given: give one");
        }
        return file.map(path -> all.withValue(password, ConfigValueFactory.fromAnyRef(SecretFile.read(Path.of(path)))))
                .orElse(all);
    }

    private static Config parse(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserError("no such settings file: " + file);
        }
        return ConfigFactory.parseFile(file.toFile());
    }

    private static void refuseUnknownKeys(Config own, Config defaults, Path file) {
        for (Map.Entry<String, ConfigValue> setting : own.entrySet()) {
            if (!defaults.hasPathOrNull(setting.getKey())) {
                throw new UserError(file + ":" + setting.getValue().origin().lineNumber() + ": unknown setting "
                        + setting.getKey() + "; application.conf lists all there are");
            }
        }
    }

    private static AppConfig from(Config config) {
        return new AppConfig(
                config,
                Path.of(config.getString("data-dir")),
                config.getString("tenant"),
                given(config.getString("kafka.bootstrap")),
                config.getInt("kafka.partitions"),
                config.getInt("kafka.replication"),
                given(config.getString("database.url"))
                        .map(url -> new DatabaseAddress(
                                url, config.getString("database.user"), config.getString("database.password"))),
                given(config.getString("database.url"))
                        .flatMap(url -> given(config.getString("database.api.user"))
                                .map(user ->
                                        new DatabaseAddress(url, user, config.getString("database.api.password")))),
                keep(config),
                config.getInt("job.parallelism"),
                stateBackend(config.getString("job.state-backend")),
                config.getDuration("job.checkpoint-interval"),
                ClusterConfig.from(config.getConfig("job.cluster")),
                config.getDuration("job.topic-discovery"),
                config.getInt("job.open-owners"),
                config.getString("job.group"),
                ApiSettings.from(config.getConfig("api")),
                AdminConfig.from(config.getConfig("admin")),
                logFormat(config.getString("log.format")),
                outbound(config.getConfig("outbound")),
                days(config, "alerts.keep-messages"),
                config.getDuration("import.patience"));
    }

    private static MinuteRules keep(Config config) {
        return new MinuteRules(days(config, "storage.keep-channel-minutes"), days(config, "storage.keep-minutes"));
    }

    private static Duration days(Config config, String setting) {
        Duration days = config.getDuration(setting);
        if (days.toDays() < 1 || !days.equals(Duration.ofDays(days.toDays()))) {
            throw new UserError("joulestream." + setting + " must be whole days and >= 1d, was " + days);
        }
        return days;
    }

    private static StateBackend stateBackend(String name) {
        return switch (name) {
            case "hashmap" -> StateBackend.HASHMAP;
            case "rocksdb" -> StateBackend.ROCKSDB;
            default -> throw new UserError("joulestream.job.state-backend must be hashmap or rocksdb, was " + name);
        };
    }

    private static Logs.Format logFormat(String word) {
        return switch (word) {
            case "text" -> Logs.Format.TEXT;
            case "json" -> Logs.Format.JSON;
            default -> throw new UserError("joulestream.log.format must be text or json, was " + word);
        };
    }

    private static OutboundHosts outbound(Config outbound) {
        try {
            return new OutboundHosts(names(outbound.getString("hosts")), names(outbound.getString("internal-hosts")));
        } catch (IllegalArgumentException e) {
            throw new UserError("joulestream.outbound: " + e.getMessage());
        }
    }

    private static Set<String> names(String text) {
        return Arrays.stream(text.split(","))
                .flatMap(name -> given(name).stream())
                .collect(Collectors.toSet());
    }

    static Optional<String> given(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "settings of tenant " + tenant + " in " + dataDirectory;
    }

    AppConfig withDataDirectory(Path directory) {
        return with("data-dir", directory.toString());
    }

    /** @param port 0 for any free one, and then of {@link #admin} too: a fixed one beside it would be in the way of others */
    AppConfig withApiPort(int port) {
        AppConfig changed = with("api.port", port);
        return port == 0 ? changed.withAdminPort(0) : changed;
    }

    AppConfig withAdminPort(int port) {
        return with("admin.port", port);
    }

    /** Of a telemetry topic that is made. */
    AppConfig withPartitions(int number) {
        return with("kafka.partitions", number);
    }

    AppConfig withParallelism(int subtasks) {
        return with("job.parallelism", subtasks);
    }

    /** Another database; who asks, unless told, and the password are as set. */
    DatabaseAddress databaseAt(String url, Optional<String> user) {
        return new DatabaseAddress(
                url, user.orElseGet(() -> source.getString("database.user")), source.getString("database.password"));
    }

    AppConfig withDatabase(DatabaseAddress address) {
        return with("database.url", address.jdbcUrl())
                .with("database.user", address.user())
                .with("database.password", address.password());
    }

    /** On nothing but servers of its own. */
    AppConfig selfContained() {
        return with("database.api.user", "").with("kafka.bootstrap", "").with("database.url", "");
    }

    /** For whoever sits at this machine, and nobody else. */
    AppConfig withoutKeys() {
        return with("api.oidc.client-secret-file", "")
                .with("api.oidc.client-id", "")
                .with("api.oidc.audience", "")
                .with("api.oidc.issuer", "")
                .with("api.keys", "none")
                .with("api.host", ApiConfig.LOOPBACK)
                .with("admin.host", ApiConfig.LOOPBACK);
    }

    AppConfig withTenant(String name) {
        return with("tenant", name);
    }

    /** Whose word is taken for who somebody is; empty: nobody's. */
    Optional<Issuer> issuer(Outbound outbound, Clock clock) {
        return api.oidc().map(oidc -> OutboundIssuerCalls.issuer(oidc, this.outbound, outbound, clock));
    }

    private AppConfig with(String setting, Object value) {
        return from(source.withValue(setting, ConfigValueFactory.fromAnyRef(value)));
    }
}
