package io.joulestream.app;

import picocli.CommandLine.Option;

/** Where the door for those who look after the process is. */
final class AdminOptions {
    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "Port of /live, /ready and /metrics; 0 for any free one, as it also is with --port 0.")
    private Integer port;

    AppConfig applied(AppConfig config) {
        return port == null ? config : config.withAdminPort(port);
    }
}
