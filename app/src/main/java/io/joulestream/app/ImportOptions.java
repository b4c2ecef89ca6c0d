package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.ingest.PowerReadings;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all imports understand. */
final class ImportOptions {
    @Mixin
    private SharedOptions shared;

    @Option(
            names = "--once",
            description = {
                "Starts everything for this one import and stops it again.",
                "With --data-dir what was imported stays there; without, nothing stays."
            })
    private boolean once;

    @Option(names = "--json", description = "One JSON object on the last line.")
    private boolean json;

    @Option(
            names = "--sample-period",
            paramLabel = "DURATION",
            description =
                    "Nominal time between readings, such as 2s or PT2S, for a new site's inventory. Default: their median.")
    private String samplePeriod;

    @Option(
            names = "--nameplate-w",
            paramLabel = "W",
            description =
                    "The most one node, or GPU of a capture, can draw, for a new site's inventory. Default: what holds the readings, for a node 20 kW or more.")
    private Long nameplateWatts;

    @Option(
            names = "--for-rebuild",
            description = {
                "Sends also what tells old history again (HISTORY_OVERLAP).",
                "The ledger takes both only when it is computed anew: joulestream site rebuild."
            })
    private boolean forRebuild;

    @Option(names = "--parallelism", paramLabel = "N", description = "Subtasks of the ledger job, with --once.")
    private Integer parallelism;

    boolean json() {
        return json;
    }

    boolean forRebuild() {
        return forRebuild;
    }

    AppConfig config() {
        AppConfig config = shared.config();
        return parallelism == null ? config : config.withParallelism(parallelism);
    }

    /** As given, else one that holds the readings. */
    long nameplateMilliwatts(PowerReadings readings) {
        return nameplateWatts == null ? Nameplate.holding(readings) : Math.multiplyExact(nameplateWatts, 1_000L);
    }

    /** As given, else the device's own. */
    long nameplateMilliwatts(long own) {
        return nameplateWatts == null ? own : Math.multiplyExact(nameplateWatts, 1_000L);
    }

    Optional<Duration> samplePeriod() {
        if (samplePeriod == null) {
            return Optional.empty();
        }
        try {
            String text = samplePeriod.toUpperCase(Locale.ROOT);
            return Optional.of(Duration.parse(text.startsWith("P") ? text : "PT" + text));
        } catch (DateTimeParseException e) {
            throw new UserError("--sample-period must be a duration such as 2s or PT2S, was " + samplePeriod);
        }
    }

    /** The service to import into: the one that runs, or, with --once, one started for this import. */
    ImportTarget open(AppConfig config, PrintWriter out) throws Exception {
        return once ? start(config, out) : ImportTarget.running(Endpoints.ofRunningServiceOrRefuse(config));
    }

    /** As {@link #open}; where no service runs, one is started all the same. */
    ImportTarget openOrStart(AppConfig config, PrintWriter out) throws Exception {
        Optional<Endpoints> running = once ? Optional.empty() : Endpoints.ofRunningService(config);
        return running.isPresent() ? ImportTarget.running(running.get()) : start(config, out);
    }

    private ImportTarget start(AppConfig config, PrintWriter out) throws Exception {
        // no second job into a database of the user's, whose data directory is another
        boolean lasting = shared.hasDataDirectory()
                && (config.database().isEmpty() || config.kafkaBootstrap().isEmpty() && OwnServers.isPlaceOf(config));
        DataDirectory directory =
                shared.hasDataDirectory() ? DataDirectory.open(config.dataDirectory()) : DataDirectory.temporary();
        AppConfig own = (lasting ? config : config.selfContained()).withApiPort(0);
        return ImportTarget.started(Service.start(own, directory, new Stages(out)));
    }
}
