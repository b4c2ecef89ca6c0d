package io.joulestream.app;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What every subcommand that reads the configuration understands. */
final class SharedOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:JOULESTREAM_CONFIG}",
            description = "Settings of your own (HOCON); all of them are in application.conf.")
    private Path file;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Data directory of the all-in-one; overrides the setting.")
    private Path dataDirectory;

    @Option(names = "--tenant", paramLabel = "NAME", description = "The tenant; overrides the setting.")
    private String tenant;

    /** Also makes the log look as is set. */
    AppConfig config() {
        AppConfig config = AppConfig.load(file);
        Logs.in(config.logFormat());
        config = dataDirectory == null ? config : config.withDataDirectory(dataDirectory);
        return tenant == null ? config : config.withTenant(tenant);
    }

    boolean hasDataDirectory() {
        return dataDirectory != null;
    }
}
