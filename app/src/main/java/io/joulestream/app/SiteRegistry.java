package io.joulestream.app;

import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.Problem;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.ingest.kafka.InventoryPublisher;
import io.joulestream.storage.SiteStore;
import io.joulestream.storage.SiteVersion;
import io.joulestream.wire.InventoryRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stores a site's inventory and publishes it to the job: both or, seen by the job, neither. */
final class SiteRegistry {
    private final SiteStore store;
    private final Map<String, Object> kafka;

    SiteRegistry(SiteStore store, Map<String, Object> kafka) {
        this.store = store;
        this.kafka = kafka;
    }

    /** A version of a site as it is stored. */
    record Applied(int version, SiteInventory inventory) {}

    /** Adds a version, or finds that the newest one says the same; publishes it either way. */
    Applied apply(String yaml) throws InterruptedException {
        SiteInventory inventory = parsed(yaml);
        int version = store.put(inventory.tenant(), inventory.site(), inventory.effectiveFrom(), yaml);
        publish(inventory, version, yaml);
        return new Applied(version, inventory);
    }

    /** The site's newest version, or, where the site is unknown, a first one made of the text. */
    Applied findOrMake(String tenant, String site, String yamlIfUnknown) throws InterruptedException {
        SiteVersion newest = store.putFirst(tenant, site, parsed(yamlIfUnknown).effectiveFrom(), yamlIfUnknown);
        publish(parsed(newest.yaml()), newest.version(), newest.yaml());
        return new Applied(newest.version(), parsed(newest.yaml()));
    }

    Optional<SiteVersion> newest(String tenant, String site) {
        List<SiteVersion> versions = store.versions(tenant, site);
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }

    private void publish(SiteInventory inventory, int version, String yaml) throws InterruptedException {
        try (InventoryPublisher publisher = new InventoryPublisher(kafka)) {
            publisher.publish(new InventoryRecord(
                    inventory.tenant(), inventory.site(), version, inventory.effectiveFrom(), yaml));
        }
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
