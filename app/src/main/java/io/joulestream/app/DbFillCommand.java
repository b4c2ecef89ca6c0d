package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.SiteStore;
import io.joulestream.storage.SiteVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "fill",
        mixinStandardHelpOptions = true,
        description = {
            "Stores a long made-up history fast, for tests of size: tenant synthetic, sites synthetic-*.",
            "Refused where the database holds sites of anybody else. The same preset and --until make the same rows;",
            "one that was interrupted goes on where it was. See it with: joulestream api --tenant synthetic"
        })
final class DbFillCommand implements Callable<Integer> {
    private enum Preset {
        /** 13 months of hours of 12 sites. */
        rollups,
        /** 30 days of minutes of 10,000 devices. */
        minutes
    }

    private static final int NAMES_SHOWN = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Mixin
    private DatabaseOptions options;

    @Option(
            names = "--preset",
            required = true,
            paramLabel = "NAME",
            description = "rollups: hours of sites, parts and runs; minutes: minutes of channels.")
    private Preset preset;

    @Option(names = "--sites", paramLabel = "N", description = "With rollups; default 12.")
    private Integer sites;

    @Option(names = "--months", paramLabel = "N", description = "With rollups; default 13.")
    private Integer months;

    @Option(names = "--devices", paramLabel = "N", description = "With minutes; default 10000.")
    private Integer devices;

    @Option(names = "--days", paramLabel = "N", description = "With minutes; default 30.")
    private Integer days;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Where the history ends, such as 2026-11-01T00:00:00Z. Default: the hour that began last.")
    private Instant until;

    @Option(names = "--json", description = "One JSON object on one line.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        AppConfig config = shared.config();
        Fill fill = fill();
        DatabaseAddress address = options.address(config);
        PrintWriter out = spec.commandLine().getOut();
        OptionalLong free = ServerDisk.freeBytes(config, address);
        if (!json) {
            out.println(announcement(fill, free));
        }
        refuseWithoutRoom(fill, free);
        try (Database database = Database.open(address)) {
            List<String> known = database.sites().allNames();
            refuseOthers(known);
            refuseOtherNumber(known, fill.yamlBySite().keySet());
            fill.yamlBySite().forEach((site, yaml) -> put(database.sites(), site, yaml));
            Stages stages = new Stages(out);
            long copied = fill.store(database, rows -> {
                if (!json) {
                    stages.progress(rows, fill.rows());
                }
            });
            double seconds = stages.seconds();
            if (json) {
                out.println(Json.line(body(fill, copied, seconds)));
            } else {
                stages.say(String.format(
                        Locale.ROOT,
                        "%,d rows copied, %,.0f a second; %,d were there",
                        copied,
                        copied / seconds,
                        fill.rows() - copied));
            }
        }
        return 0;
    }

    private static void put(SiteStore sites, String site, String yaml) {
        SiteVersion known = sites.putFirst(MadeUpSite.TENANT, site, MadeUpSite.EFFECTIVE_FROM, yaml);
        if (!known.yaml().equals(yaml)) {
            throw new UserError("site " + site + " of the database was made up with other --devices; give the same, or"
                    + " another database");
        }
    }

    private Fill fill() {
        Instant end = (until == null ? Clock.systemUTC().instant() : until).truncatedTo(ChronoUnit.HOURS);
        if (preset == Preset.rollups) {
            refuse("--devices", devices, "--days", days);
            return new FillRollups(number("--sites", sites, 12, 99), number("--months", months, 13, 240), end);
        }
        refuse("--sites", sites, "--months", months);
        return new FillMinutes(number("--devices", devices, 10_000, 999_999), number("--days", days, 30, 3_650), end);
    }

    private void refuse(String one, Integer first, String other, Integer second) {
        if (first != null || second != null) {
            throw new UserError((first != null ? one : other) + " does not go with --preset " + preset);
        }
    }

    private static int number(String option, Integer given, int otherwise, int most) {
        if (given == null) {
            return otherwise;
        }
        if (given < 1 || given > most) {
            throw new UserError(option + " must be 1 to " + most + ", was " + given);
        }
        return given;
    }

    private static String announcement(Fill fill, OptionalLong free) {
        return String.format(
                Locale.ROOT,
                "%s: %,d rows, about %s on the server's disk, and as much again for a while in its log; free: %s",
                fill.describe(),
                fill.rows(),
                gibibytes(fill.bytes()),
                free.isPresent() ? gibibytes(free.getAsLong()) : "not known, the disk is not this machine's to ask");
    }

    private static void refuseWithoutRoom(Fill fill, OptionalLong free) {
        if (free.isPresent() && free.getAsLong() < fill.bytes()) {
            throw new UserError("the server's disk has " + gibibytes(free.getAsLong()) + " free, and this takes about "
                    + gibibytes(fill.bytes())
                    + "; make it smaller, with --days and --devices, or --months and --sites");
        }
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    /** A ledger that somebody relies on is not mixed with what is made up. */
    static void refuseOthers(List<String> known) {
        List<String> others = known.stream()
                .filter(name -> !name.startsWith(MadeUpSite.TENANT + "/synthetic-"))
                .toList();
        if (!others.isEmpty()) {
            throw new UserError("the database holds sites that are not made up ("
                    + String.join(", ", others.subList(0, Math.min(NAMES_SHOWN, others.size())))
                    + (others.size() > NAMES_SHOWN ? ", ..." : "")
                    + "); give db fill a database of its own with --url");
        }
    }

    /** Hours are stored of all sites together, so that one of them tells how far they go. */
    private static void refuseOtherNumber(List<String> known, Set<String> own) {
        Set<String> there = known.stream()
                .map(name -> name.substring(name.indexOf('/') + 1))
                .filter(name -> name.matches("synthetic-\\d\\d"))
                .collect(Collectors.toSet());
        if (own.contains(MadeUpSite.of(1).site()) && !there.isEmpty() && !there.equals(own)) {
            throw new UserError("the database was filled with " + there.size()
                    + " sites; give the same --sites, or another database");
        }
    }

    private Map<String, Object> body(Fill fill, long copied, double seconds) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("preset", preset.name());
        body.put("tenant", MadeUpSite.TENANT);
        body.put("sites", fill.yamlBySite().size());
        body.put("rows", fill.rows());
        body.put("rows_copied", copied);
        body.put("bytes_expected", fill.bytes());
        body.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
        return body;
    }
}
