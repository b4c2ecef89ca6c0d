package io.joulestream.app;

import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.SiteDiff;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.storage.Database;
import io.joulestream.storage.SiteVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "site",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Sites and their metering trees.",
            "A site is one file, site.yaml: zone, kind, meters, nodes, and what each of them measures.",
            "Examples are in docs/examples/sites."
        })
final class SiteCommand implements Runnable {
    private static final long TELL_EVERY_SECONDS = 2;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: check, apply, rebuild, forward, list, show or diff");
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Reads a site file and tells everything that is wrong with it, with lines. Needs no service.")
    int check(@Parameters(paramLabel = "FILE") Path file) {
        SiteInventory inventory = inventory(file);
        out().println(file + ": valid. Site " + inventory.site() + " of tenant " + inventory.tenant() + ", "
                + inventory.entities().size() + " entities of "
                + inventory.owners().size() + " owners, "
                + inventory.zone() + ", PUE category " + inventory.pueCategory() + ", from "
                + inventory.effectiveFrom());
        return 0;
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = {
                "Stores a site file as the site's next version and publishes it to the running service.",
                "The same text again adds nothing."
            })
    int apply(@Mixin SharedOptions shared, @Parameters(paramLabel = "FILE") Path file) throws InterruptedException {
        String yaml = text(file);
        inventory(file);
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        try (Database database = Database.open(endpoints.database())) {
            SiteRegistry registry = new SiteRegistry(database.sites(), endpoints.kafkaSettings(), Clock.systemUTC());
            SiteInventory applied = registry.apply(yaml).inventory();
            out().println("site " + applied.site() + " is at version "
                    + registry.newest(applied.tenant(), applied.site())
                            .orElseThrow()
                            .version()
                    + ", from " + applied.effectiveFrom());
            registry.history(applied.tenant(), applied.site())
                    .nextChangeAfter(applied.effectiveFrom())
                    .ifPresent(
                            next -> out().println(
                                            "it applies until " + next
                                                    + ", where a version begins that was applied before; apply that one again if it must change too"));
        }
        return 0;
    }

    @Command(
            name = "rebuild",
            mixinStandardHelpOptions = true,
            description = {
                "Computes a site's ledger anew from an hour on, from the frames that Kafka still holds.",
                "Applies late readings and corrections that were refused, and an inventory about the past (--apply).",
                "Rows before that hour stay as they are. Other sites are not touched."
            })
    int rebuild(
            @Mixin SharedOptions shared,
            @Parameters(paramLabel = "SITE", description = "As site list prints it.") String site,
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "TIME",
                            description =
                                    "With offset, such as 2026-03-01T10:00:00Z. The whole hour that holds it is rebuilt.")
                    String from,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            description = "Kept with the new ledger.",
                            defaultValue = "")
                    String reason,
            @Option(
                            names = "--apply",
                            paramLabel = "FILE",
                            description = "A version of the site about the past, for the new ledger to follow.")
                    Path file,
            @Option(
                            names = "--state-lost",
                            description =
                                    "For a job that refuses to start because its state is lost or its topic was recreated or truncated: the old topic is no longer accounted for. Needs no running service.")
                    boolean stateLost)
            throws Exception {
        SiteRebuild.Request request = new SiteRebuild.Request(
                site, instant(from), reason, Optional.ofNullable(file).map(SiteCommand::checkedText), stateLost);
        AppConfig config = shared.config();
        Optional<Endpoints> running = Endpoints.ofRunningService(config);
        if (running.isEmpty() && stateLost) {
            rebuildAlone(config, request);
            return 0;
        }
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        try (Database database = Database.open(endpoints.database())) {
            new SiteRebuild(config, endpoints, database, out()).run(request, !stateLost);
        }
        return 0;
    }

    /** With the broker and the database of the data directory, and without the job, which would not start. */
    private void rebuildAlone(AppConfig config, SiteRebuild.Request request) throws Exception {
        try (DataDirectory directory = DataDirectory.open(config.dataDirectory())) {
            OwnServers own = OwnServers.start(config, directory);
            Endpoints endpoints =
                    new Endpoints(own.servers().kafkaBootstrap(), own.database(), config.group(), Optional.empty());
            try (Database database = Database.open(own.database())) {
                new SiteRebuild(config, endpoints, database, out()).run(request, false);
            }
        }
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new UserError("--from must be a time with offset such as 2026-03-01T10:00:00Z, was " + text);
        }
    }

    private static String checkedText(Path file) {
        inventory(file);
        return text(file);
    }

    @Command(
            name = "forward",
            mixinStandardHelpOptions = true,
            description = {
                "Forwards frames to the topics of rebuilt sites until Ctrl-C.",
                "For installations whose job runs on a cluster; joulestream up does it by itself. Several may run at once."
            })
    int forward(@Mixin SharedOptions shared) throws Exception {
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        try (Database database = Database.open(endpoints.database());
                GenerationKeeper keeper =
                        new GenerationKeeper(endpoints.kafkaSettings(), endpoints.group(), database)) {
            keeper.start();
            out().println("forwarding; Ctrl-C stops");
            ProblemTeller teller = new ProblemTeller(out());
            CountDownLatch stopped = new CountDownLatch(1);
            do {
                teller.tell(keeper.problems());
            } while (!stopped.await(TELL_EVERY_SECONDS, TimeUnit.SECONDS));
            return 0;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the sites, each with its newest version.")
    int list(@Mixin SharedOptions shared) {
        AppConfig config = shared.config();
        try (Database database =
                Database.open(Endpoints.ofRunningServiceOrRefuse(config).database())) {
            List<SiteVersion> sites = database.sites().list(config.tenant());
            if (sites.isEmpty()) {
                out().println("no sites yet; add one with: joulestream site apply FILE");
            }
            for (SiteVersion site : sites) {
                out().println(site.site() + "  version " + site.version() + "  from " + site.effectiveFrom());
            }
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints a version of a site, as it was applied.")
    int show(
            @Mixin SharedOptions shared,
            @Parameters(paramLabel = "SITE", description = "As site list prints it.") String site,
            @Option(names = "--version-number", paramLabel = "N", description = "Default: the newest.")
                    Integer version) {
        AppConfig config = shared.config();
        try (Database database =
                Database.open(Endpoints.ofRunningServiceOrRefuse(config).database())) {
            out().print(version(database, config.tenant(), site, version).yaml());
            out().flush();
        }
        return 0;
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "Compares a site file with the site's newest version.")
    int diff(@Mixin SharedOptions shared, @Parameters(paramLabel = "FILE") Path file) {
        SiteInventory after = inventory(file);
        AppConfig config = shared.config();
        try (Database database =
                Database.open(Endpoints.ofRunningServiceOrRefuse(config).database())) {
            SiteInventory before = SiteRegistry.parsed(
                    version(database, after.tenant(), after.site(), null).yaml());
            print(SiteDiff.between(before, after));
        }
        return 0;
    }

    private void print(SiteDiff diff) {
        diff.added().forEach(entity -> out().println("+ " + entity.id() + "  " + entity.role()));
        diff.removed().forEach(entity -> out().println("- " + entity.id() + "  " + entity.role()));
        diff.changed()
                .forEach(change -> out().println("~ " + (change.entityId() == null ? "site" : change.entityId()) + "  "
                        + change.field() + ": " + change.before() + " -> " + change.after()));
        if (diff.isEmpty()) {
            out().println("no difference");
        }
    }

    /** @param number of the version; null for the newest */
    static SiteVersion version(Database database, String tenant, String site, Integer number) {
        List<SiteVersion> versions = database.sites().versions(tenant, site);
        if (versions.isEmpty()) {
            throw new UserError("no site " + site + " of tenant " + tenant + "; see: joulestream site list");
        }
        int wanted = number == null ? versions.size() : number;
        if (wanted < 1 || wanted > versions.size()) {
            throw new UserError("site " + site + " has versions 1 to " + versions.size() + ", not " + wanted);
        }
        return versions.get(wanted - 1);
    }

    private static SiteInventory inventory(Path file) {
        InventoryResult result = SiteInventoryParser.parse(text(file));
        if (result instanceof InventoryResult.Invalid invalid) {
            int count = invalid.problems().size();
            throw new UserError(file + " has " + count + (count == 1 ? " problem" : " problems")
                    + ", nothing was applied:\n" + SiteRegistry.lines(file.toString(), invalid.problems()));
        }
        return result.orElseThrow();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UserError("no such file: " + file);
        } catch (CharacterCodingException e) {
            throw new UserError(file + " is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw new UserError("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
