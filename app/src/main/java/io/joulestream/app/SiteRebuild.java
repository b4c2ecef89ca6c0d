package io.joulestream.app;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.InventoryPublisher;
import io.joulestream.ingest.kafka.Refill;
import io.joulestream.ingest.kafka.RetainedFrames;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.storage.Database;
import io.joulestream.storage.LedgerWriter;
import io.joulestream.storage.SiteVersion;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Computes a site's ledger anew, from what Kafka still holds: fills a topic of its own, publishes the generation that reads
 * it, and waits until all of it is settled. Until the publication nothing is changed for anybody.
 */
final class SiteRebuild {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FUTURE = Duration.ofDays(366);

    private final AppConfig config;
    private final Endpoints endpoints;
    private final Database database;
    private final PrintWriter out;

    /**
     * @param from rows from the hour that holds it on are computed anew
     * @param yaml a version of the site's inventory about the past, for the new generation to apply
     * @param stateLost the job cannot go on from its state: what the old topic holds is no longer accounted for
     */
    record Request(String site, Instant from, String reason, Optional<String> yaml, boolean stateLost) {}

    SiteRebuild(AppConfig config, Endpoints endpoints, Database database, PrintWriter out) {
        this.config = config;
        this.endpoints = endpoints;
        this.database = database;
        this.out = out;
    }

    /** @param awaited whether a job runs that will read the new topic */
    void run(Request request, boolean awaited) throws IOException, InterruptedException {
        String site = request.site();
        InventoryHistory versions = versions(site);
        if (awaited) {
            database.openWriter().close(); // a login that may not remove stale rows is refused while nothing is changed
        }
        try (AutoCloseable alone = database.generations()
                        .lock(config.tenant(), site)
                        .orElseThrow(() -> new UserError("site " + site + " is being rebuilt by another process"));
                Refill refill = new Refill(endpoints.kafkaSettings(), config.tenant(), site)) {
            List<SiteGeneration> generations = generations(site);
            refuseUnpublished(site, generations);
            int number = generations.isEmpty()
                    ? 1
                    : generations.get(generations.size() - 1).number() + 1;
            List<SiteGeneration.Source> sources = refill.sources(generations);
            if (sources.isEmpty()) {
                throw new UserError("no topic holds frames of site " + site + "; nothing can be rebuilt");
            }
            Map<TopicPartition, Long> accountedBefore =
                    request.stateLost() ? refill.committed(config.group(), sources) : Map.of();
            try (RetainedFrames retained = read(site, sources, versions, accountedBefore)) {
                Instant floor = floor(request, versions, retained, refill.brokerTime(sources));
                Optional<SiteInventory> corrected = corrected(request, versions, floor);
                Map<String, BigInteger> before = energies(site, floor);
                Refill.Filled filled = refill.fill(
                        retained,
                        sources,
                        number,
                        floor,
                        request.reason(),
                        request.stateLost(),
                        config.partitions(),
                        config.replication());
                publish(filled.generation(), corrected, request.yaml());
                out.println("published generation " + filled.generation().number() + " of site " + site + ": "
                        + filled.frames() + " frames in " + filled.generation().topic() + ", rows from " + floor
                        + " on are its own");
                out.println("senders may go on writing to "
                        + sources.stream().map(SiteGeneration.Source::topic).collect(Collectors.joining(", "))
                        + ": joulestream up forwards their frames; where the job runs on a cluster they are accounted for"
                        + " only while this runs: joulestream site forward");
                if (awaited) {
                    settle(filled);
                    tellChanges(site, floor, before);
                } else {
                    out.println("no job was asked for: start one, which reads the new topic, with joulestream "
                            + (config.kafkaBootstrap().isPresent() ? "submit, or up" : "up"));
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a lock that cannot be given back", e);
        }
    }

    private InventoryHistory versions(String site) {
        List<SiteVersion> stored = database.sites().versions(config.tenant(), site);
        if (stored.isEmpty()) {
            throw new UserError("no site " + site + " of tenant " + config.tenant() + "; see: joulestream site list");
        }
        return InventoryHistory.of(stored.stream()
                .map(version -> new InventoryVersion(
                        version.version(), SiteRegistry.parsed(version.yaml()), version.sinceGeneration()))
                .toList());
    }

    private List<SiteGeneration> generations(String site) {
        InventoryReader.Site key = new InventoryReader.Site(config.tenant(), site);
        try (InventoryReader reader = new InventoryReader(endpoints.kafkaSettings())) {
            reader.catchUp(PATIENCE);
            List<SiteGeneration> generations = reader.generations().getOrDefault(key, List.of());
            int newest = generations.isEmpty()
                    ? 0
                    : generations.get(generations.size() - 1).number();
            reader.versions().getOrDefault(key, List.of()).stream()
                    .filter(version -> version.sinceGeneration() > newest)
                    .forEach(
                            version -> out.println(
                                    "version " + version.version() + ", from " + version.effectiveFrom()
                                            + " on, was published by a rebuild that ended before its generation was: it applies to this one"));
            return generations;
        }
    }

    /**
     * A generation in force that the inventory topic does not know of: the topic was lost, or belongs to another database.
     * Its number would be given again, its topic deleted as the rest of a failed refill, and its rows would win.
     */
    private void refuseUnpublished(String site, List<SiteGeneration> published) {
        List<String> unpublished = new ArrayList<>(database.generations().topicsInForce(config.tenant(), site));
        published.forEach(generation -> unpublished.remove(generation.topic()));
        if (!unpublished.isEmpty()) {
            throw new UserError(
                    "the database has generations of site " + site + " in force that topic "
                            + Topics.INVENTORY + " does not know of, those of " + String.join(", ", unpublished)
                            + "; nothing was changed. Either the broker is not the one of this database, or the inventory topic "
                            + "was lost: restore it, for a generation that is not published there cannot be followed by another");
        }
    }

    private RetainedFrames read(
            String site,
            List<SiteGeneration.Source> sources,
            InventoryHistory versions,
            Map<TopicPartition, Long> accountedBefore)
            throws IOException {
        Set<String> owners = versions.versions().stream()
                .flatMap(version -> version.inventory().owners().stream())
                .collect(Collectors.toSet());
        long[] told = {0};
        return RetainedFrames.read(
                endpoints.kafkaSettings(),
                config.tenant(),
                site,
                sources.stream().map(SiteGeneration.Source::topic).toList(),
                owners,
                accountedBefore,
                Path.of(System.getProperty("java.io.tmpdir")),
                (frames, records, of) -> {
                    if (of > 0 && (records == of || records - told[0] > of / 10)) {
                        told[0] = records;
                        out.println(
                                "read " + records + " of " + of + " records, " + frames + " frames of site " + site);
                    }
                });
    }

    /** The hour that was asked for, or the first later one of which all readings are still there. */
    private Instant floor(Request request, InventoryHistory versions, RetainedFrames retained, Instant now) {
        Instant asked = request.from().truncatedTo(ChronoUnit.HOURS);
        Instant covered = retained.coveredFrom(now);
        if (covered.equals(Instant.MIN)) {
            return asked;
        }
        // and a reading of every channel before it
        Instant floor = Refill.wholeHourFrom(covered.plus(longestHole(versions)));
        if (!floor.isAfter(asked)) {
            return asked;
        }
        out.println("Kafka holds all readings only from " + covered.truncatedTo(ChronoUnit.SECONDS)
                + " on: the rebuild begins at " + floor + ", not at " + asked);
        return floor;
    }

    private static Duration longestHole(InventoryHistory versions) {
        return versions.versions().stream()
                .flatMap(version -> version.inventory().entities().stream())
                .flatMap(entity -> entity.channels().stream())
                .map(channel -> channel.holeAfter())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** The version to apply, which may describe only what the generation accounts for. */
    private Optional<SiteInventory> corrected(Request request, InventoryHistory versions, Instant floor) {
        if (request.yaml().isEmpty()) {
            return Optional.empty();
        }
        SiteInventory inventory = SiteRegistry.parsed(request.yaml().get());
        if (!inventory.site().equals(request.site()) || !inventory.tenant().equals(config.tenant())) {
            throw new UserError("the file is of site " + inventory.site() + " of tenant " + inventory.tenant()
                    + ", not of " + request.site() + " of " + config.tenant());
        }
        if (inventory.effectiveFrom().isBefore(floor)) {
            throw new UserError("effectiveFrom is " + inventory.effectiveFrom() + ", before " + floor
                    + ", from where on the ledger can be computed anew: rows before it stay as they are. Rescaling them "
                    + "for a CT ratio is not possible yet; set effectiveFrom to " + floor + " or later");
        }
        if (inventory.effectiveFrom().isAfter(floor)) {
            SiteInventory first =
                    versions.at(floor).orElse(versions.versions().get(0)).inventory();
            SiteRegistry.refuseOtherLedgerStep(first, inventory);
        }
        versions.nextChangeAfter(inventory.effectiveFrom())
                .ifPresent(next -> out.println("this version applies until " + next
                        + ", where a version begins that is known already; correct that one too if it is wrong"));
        return Optional.of(inventory);
    }

    private void publish(SiteGeneration generation, Optional<SiteInventory> corrected, Optional<String> yaml)
            throws InterruptedException {
        try (InventoryPublisher publisher = new InventoryPublisher(endpoints.kafkaSettings())) {
            if (corrected.isPresent()) {
                publisher.publish(SiteRegistry.record(database.sites()
                        .putRetroactive(
                                generation.tenant(),
                                generation.site(),
                                corrected.get().effectiveFrom(),
                                yaml.orElseThrow(),
                                generation.number())));
            }
            database.generations().prepare(generation);
            publisher.publish(generation);
            database.generations().putInForce(generation);
        }
    }

    private void settle(Refill.Filled filled) throws InterruptedException {
        out.println("waiting until the job has accounted for them");
        Map<String, Object> kafka = endpoints.kafkaSettings();
        try (Admin admin = Admin.create(kafka);
                FramePublisher nudging =
                        new FramePublisher(kafka, filled.generation().topic())) {
            Settlement.Outcome outcome = new Settlement(admin, endpoints.group(), nudging::nudge)
                    .await(filled.highestOffsets(), config.importPatience());
            if (outcome instanceof Settlement.Outcome.TimedOut late) {
                throw new UserError("the rebuild is published and goes on, but is not settled within "
                        + config.importPatience() + ": " + late.missing());
            }
        }
        try (LedgerWriter writer = database.openWriter()) {
            SiteGeneration generation = filled.generation();
            long removed = writer.removeStale(generation.tenant(), generation.site(), generation.number());
            if (removed > 0) {
                out.println(removed + " rows of earlier generations are gone: what they told of was not so");
            }
        }
    }

    /** By role, all there is from the floor on. */
    private Map<String, BigInteger> energies(String site, Instant floor) {
        Map<String, BigInteger> energies = new TreeMap<>();
        for (SiteStep step : database.queries()
                .siteHours(config.tenant(), site, floor, Instant.now().plus(FUTURE))) {
            BigInteger energy = BigInteger.valueOf(step.energy().measuredMicrojoules())
                    .add(BigInteger.valueOf(step.energy().bridgedMicrojoules()))
                    .add(BigInteger.valueOf(step.energy().estimatedMicrojoules()));
            energies.merge(step.role(), energy, BigInteger::add);
        }
        return energies;
    }

    private void tellChanges(String site, Instant floor, Map<String, BigInteger> before) {
        Map<String, BigInteger> after = energies(site, floor);
        List<String> changes = new ArrayList<>();
        Set<String> roles = new java.util.TreeSet<>(before.keySet());
        roles.addAll(after.keySet());
        for (String role : roles) {
            BigInteger was = before.getOrDefault(role, BigInteger.ZERO);
            BigInteger is = after.getOrDefault(role, BigInteger.ZERO);
            if (!was.equals(is)) {
                changes.add("  " + role + ": " + joules(was) + " -> " + joules(is) + " J");
            }
        }
        out.println(
                changes.isEmpty() ? "settled; no hour of the site changed" : "settled; energy from " + floor + " on:");
        changes.forEach(out::println);
    }

    private static String joules(BigInteger microjoules) {
        return new BigDecimal(microjoules, 6).toPlainString();
    }
}
