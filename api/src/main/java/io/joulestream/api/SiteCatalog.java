package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.storage.SiteStore;
import io.joulestream.storage.SiteVersion;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tenant's sites as their inventories describe them. Texts that were read once are kept parsed. Thread-safe. */
final class SiteCatalog {
    private static final int KEPT = 256;

    private final SiteStore store;
    private final String tenant;

    private final Map<String, SiteInventory> parsed = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SiteInventory> eldest) {
            return size() > KEPT;
        }
    };

    SiteCatalog(SiteStore store, String tenant) {
        this.store = store;
        this.tenant = tenant;
    }

    /** The newest version of every site, in order of site. */
    List<InventoryVersion> newest() {
        return store.list(tenant).stream().map(this::version).toList();
    }

    /** Of every site, in order; of those too whose inventory cannot be read. */
    List<String> names() {
        return store.list(tenant).stream().map(SiteVersion::site).toList();
    }

    /** Empty when the tenant has no such site. */
    Optional<InventoryHistory> history(String site) {
        List<SiteVersion> versions = store.versions(tenant, site);
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        InventoryHistory.of(versions.stream().map(this::version).toList()));
    }

    /** @throws ProblemException when the tenant has no such site */
    InventoryHistory require(String site) {
        return history(site)
                .orElseThrow(() -> ProblemException.notFound("there is no site " + Parameters.quoted(site)));
    }

    /** The version that applies at an instant; before the first one, the first. */
    static InventoryVersion applying(InventoryHistory history, Instant at) {
        return history.at(at).orElse(history.versions().get(0));
    }

    private InventoryVersion version(SiteVersion stored) {
        return new InventoryVersion(stored.version(), inventory(stored));
    }

    private SiteInventory inventory(SiteVersion stored) {
        synchronized (parsed) {
            return parsed.computeIfAbsent(
                    stored.sha256(),
                    sha256 -> SiteInventoryParser.parse(stored.yaml()).orElseThrow());
        }
    }
}
