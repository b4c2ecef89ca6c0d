package io.joulestream.app;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.MeterChecks;
import io.joulestream.core.kpi.MeterHour;
import io.joulestream.core.kpi.SampleSpacing;
import io.joulestream.storage.Database;
import io.joulestream.storage.DeadLetterCount;
import io.joulestream.storage.SiteVersion;
import io.joulestream.streaming.StateBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Tells how this installation is: versions, disk, clock, the running service, and what is degraded.",
            "Ends with 1 when something needs a person."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final long LEAST_FREE_BYTES = 2L << 30;
    private static final int CHANNELS_SHOWN = 5;
    private static final Duration LOOKED_AT = Duration.ofHours(2);
    private static final Duration MOST_CLOCK_DIFFERENCE = Duration.ofSeconds(2);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    private boolean needsAPerson;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        Map<String, String> versions = Versions.all();
        say(
                "version",
                "joulestream " + versions.get("joulestream") + ", Flink " + versions.get("flink") + ", Kafka "
                        + versions.get("kafka") + ", Java " + versions.get("java"));
        platform();
        disk(config.dataDirectory());
        Optional<Endpoints> running = Endpoints.ofRunningService(config);
        if (running.isEmpty()) {
            say("service", "none runs on " + config.dataDirectory() + "; start one with: joulestream up");
            Refusal.last(config.dataDirectory().resolve("logs")).ifPresent(this::complain);
        } else {
            service(config, running.get());
        }
        return needsAPerson ? 1 : 0;
    }

    private void platform() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        boolean tested = system.equals("Linux amd64");
        say(
                "system",
                system + ", " + Runtime.getRuntime().availableProcessors() + " processors"
                        + (tested ? "" : "; UNTESTED: built and tested on Linux amd64 only"));
    }

    private void disk(Path directory) throws IOException {
        Path existing = directory.toAbsolutePath();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        FileStore store = Files.getFileStore(existing);
        long free = store.getUsableSpace();
        say("disk", String.format(Locale.ROOT, "%.1f GiB free for %s", free / (double) (1L << 30), directory));
        if (free < LEAST_FREE_BYTES) {
            complain("less than 2 GiB free: the broker or the database may stop");
        }
    }

    private void service(AppConfig config, Endpoints endpoints) {
        say("service", endpoints.api().orElse("no API known") + ", broker " + endpoints.kafkaBootstrap());
        try (Database database = Database.open(endpoints.database());
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet answer = statement.executeQuery("select version(), clock_timestamp()")) {
                answer.next();
                say(
                        "database",
                        database.edition().name().toLowerCase(Locale.ROOT) + ", "
                                + answer.getString(1).replaceAll(" on .*", "") + ", " + endpoints.database());
                clock(answer.getTimestamp(2).toInstant());
            }
            refused(config, database);
            meters(config, database);
            stateBackend(config, database);
        } catch (SQLException e) {
            complain("the database does not answer: " + e.getMessage());
        }
    }

    private void clock(Instant ofDatabase) {
        Duration difference = Duration.between(ofDatabase, Instant.now());
        say("clock", Instant.now() + ", the database's differs by " + difference.toMillis() + " ms");
        if (difference.abs().compareTo(MOST_CLOCK_DIFFERENCE) > 0) {
            complain("the clocks differ: readings may be refused as CLOCK_FUTURE or CLOCK_SKEW");
        }
    }

    private void refused(AppConfig config, Database database) {
        for (DeadLetterCount count : database.queries().deadLetterCounts(config.tenant())) {
            say("refused", count.count() + " x " + count.code() + " of site " + count.site());
        }
    }

    private void stateBackend(AppConfig config, Database database) {
        List<SiteVersion> sites = database.sites().list(config.tenant());
        long gpus = sites.stream()
                .flatMap(site -> SiteRegistry.parsed(site.yaml()).entities().stream())
                .filter(entity -> entity.role() == Role.GPU)
                .count();
        StateBackend suits = StateBackend.suiting(sites.size(), gpus);
        say("state", config.stateBackend().settingName() + ", for " + sites.size() + " sites and " + gpus + " GPUs");
        if (suits != config.stateBackend()) {
            say("", suits.settingName() + " suits better: set joulestream.job.state-backend");
        }
    }

    /** What the last whole hours of each site tell of its meters and of its inventory. */
    private void meters(AppConfig config, Database database) {
        Map<String, Instant> lastMinutes = database.queries().lastMinutes(config.tenant());
        for (SiteVersion newest : database.sites().list(config.tenant())) {
            Instant last = lastMinutes.get(newest.site());
            if (last == null) {
                continue;
            }
            Instant end = last.plus(Duration.ofMinutes(1)).truncatedTo(ChronoUnit.HOURS);
            List<MeterHour> hours =
                    database.queries().meterHours(config.tenant(), newest.site(), end.minus(LOOKED_AT), end);
            SiteInventory inventory = SiteRegistry.parsed(newest.yaml());
            List<SampleSpacing.TooClose> tooClose = SampleSpacing.of(inventory, hours);
            for (SampleSpacing.TooClose channel : tooClose.subList(0, Math.min(tooClose.size(), CHANNELS_SHOWN))) {
                complain(channel.metric() + " of " + channel.entity() + " at " + newest.site() + " is read every "
                        + channel.median() + ", and its samplePeriod is " + channel.samplePeriod()
                        + ": gaps are judged too mildly; correct the site file");
            }
            if (tooClose.size() > CHANNELS_SHOWN) {
                complain((tooClose.size() - CHANNELS_SHOWN) + " more channels of " + newest.site() + " are read so");
            }
            InventoryHistory history = InventoryHistory.of(List.of(new InventoryVersion(newest.version(), inventory)));
            Map<MeterChecks.Code, Long> marks = MeterChecks.of(history, hours).stream()
                    .collect(Collectors.groupingBy(MeterChecks.Mark::code, TreeMap::new, Collectors.counting()));
            marks.forEach((code, count) -> say(
                    "meters",
                    count + " x " + code + " at " + newest.site() + "; see /v1/sites/" + newest.site() + "/checks"));
        }
    }

    private void complain(String what) {
        needsAPerson = true;
        say("DEGRADED", what);
    }

    private void say(String what, String how) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, "%-10s%s", what, how));
    }
}
