package io.joulestream.app;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.Problem;
import io.joulestream.core.inventory.SiteDiff;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.ingest.kafka.InventoryPublisher;
import io.joulestream.storage.SiteStore;
import io.joulestream.storage.SiteVersion;
import io.joulestream.wire.InventoryRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stores a site's inventory and publishes it to the job: both or, seen by the job, neither. */
final class SiteRegistry {
    private static final Duration CHANGES_FROM = Duration.ofMinutes(5);
    private static final Duration ADDITIONS_FROM = Duration.ofDays(-1);

    private final SiteStore store;
    private final Map<String, Object> kafka;
    private final Clock clock;

    SiteRegistry(SiteStore store, Map<String, Object> kafka, Clock clock) {
        this.store = store;
        this.kafka = kafka;
        this.clock = clock;
    }

    /** A version of a site as it is stored. */
    record Applied(int version, SiteInventory inventory) {}

    /**
     * Adds a version, or finds that the newest one says the same; publishes it either way.
     *
     * <p>A version may not change what has been accounted for: it starts minutes after its publication, so that whoever
     * reads it knows it before its time. One that only adds entities may start up to a day earlier, that of a new site
     * whenever it likes.
     */
    Applied apply(String yaml) throws InterruptedException {
        SiteInventory inventory = parsed(yaml);
        refuseRetroactive(inventory, yaml);
        int version = store.put(inventory.tenant(), inventory.site(), inventory.effectiveFrom(), yaml);
        publish(store.versions(inventory.tenant(), inventory.site()).stream()
                .filter(stored -> stored.version() == version)
                .findFirst()
                .orElseThrow());
        return new Applied(version, inventory);
    }

    private void refuseRetroactive(SiteInventory inventory, String yaml) {
        Optional<SiteVersion> newest = newest(inventory.tenant(), inventory.site());
        if (newest.isEmpty() || newest.get().yaml().equals(yaml)) {
            return;
        }
        // what the version in force does not know was never accepted, so adding it changes nothing that was
        InventoryHistory history = history(inventory.tenant(), inventory.site());
        SiteInventory inForce = history.at(inventory.effectiveFrom())
                .orElse(history.versions().get(0))
                .inventory();
        refuseOtherLedgerStep(inForce, inventory);
        SiteDiff diff = SiteDiff.between(inForce, inventory);
        Instant earliest = clock.instant().plus(diff.onlyAddsEntities() ? ADDITIONS_FROM : CHANGES_FROM);
        if (inventory.effectiveFrom().isBefore(earliest)) {
            throw new UserError("effectiveFrom of site " + inventory.site() + " is " + inventory.effectiveFrom()
                    + "; a version that "
                    + (diff.onlyAddsEntities() ? "only adds entities" : "changes or removes entities")
                    + " may not start before " + earliest.truncatedTo(ChronoUnit.SECONDS)
                    + ": what is accounted for stays. To correct the past: joulestream site rebuild " + inventory.site()
                    + " --from " + inventory.effectiveFrom() + " --apply FILE");
        }
    }

    /** Rows of one generation have one length: rows of another beside them would tell the same energy twice. */
    static void refuseOtherLedgerStep(SiteInventory inForce, SiteInventory inventory) {
        if (!inForce.ledgerStep().equals(inventory.ledgerStep())) {
            throw new UserError("zone " + inventory.zone() + " of site " + inventory.site()
                    + " asks for ledger rows of " + inventory.ledgerStep().toMinutes() + " minutes; those of "
                    + inForce.zone() + " have " + inForce.ledgerStep().toMinutes()
                    + ", and a ledger has rows of one length. To begin it anew: joulestream site rebuild "
                    + inventory.site() + " --from " + inventory.effectiveFrom() + " --apply FILE");
        }
    }

    /** The site's newest version, or, where the site is unknown, a first one made of the text. */
    Applied findOrMake(String tenant, String site, String yamlIfUnknown) throws InterruptedException {
        SiteVersion newest = store.putFirst(tenant, site, parsed(yamlIfUnknown).effectiveFrom(), yamlIfUnknown);
        publish(newest);
        return new Applied(newest.version(), parsed(newest.yaml()));
    }

    /** All versions of a known site. */
    InventoryHistory history(String tenant, String site) {
        return InventoryHistory.of(store.versions(tenant, site).stream()
                .map(version ->
                        new InventoryVersion(version.version(), parsed(version.yaml()), version.sinceGeneration()))
                .toList());
    }

    Optional<SiteVersion> newest(String tenant, String site) {
        List<SiteVersion> versions = store.versions(tenant, site);
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }

    /** As it is stored: a version published again must not differ from what the topic has. */
    private void publish(SiteVersion version) throws InterruptedException {
        try (InventoryPublisher publisher = new InventoryPublisher(kafka)) {
            publisher.publish(record(version));
        }
    }

    static InventoryRecord record(SiteVersion version) {
        return new InventoryRecord(
                version.tenant(),
                version.site(),
                version.version(),
                version.effectiveFrom(),
                version.yaml(),
                version.sinceGeneration());
    }

    static SiteInventory parsed(String yaml) {
        InventoryResult result = SiteInventoryParser.parse(yaml);
        if (result instanceof InventoryResult.Invalid invalid) {
            throw new UserError("the inventory is not valid:\n" + lines("", invalid.problems()));
        }
        return result.orElseThrow();
    }

    /** One line per problem, as a compiler would print it. */
    static String lines(String file, List<Problem> problems) {
        return problems.stream()
                .map(problem -> file + ":" + problem.line() + ": " + problem.path() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
    }
}
