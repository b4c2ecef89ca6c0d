package io.joulestream.core.kpi;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import java.util.HashMap;
import java.util.Map;

/**
 * What each inventory version of a site asks of the rows, worked out once for many windows: a hall has hundreds of entities.
 * For one thread.
 */
public final class SiteProfiles {
    private final InventoryHistory history;
    private final Map<Integer, SiteProfile> byVersion = new HashMap<>();

    public SiteProfiles(InventoryHistory history) {
        this.history = requireNonNull(history, "history");
    }

    public InventoryHistory history() {
        return history;
    }

    SiteProfile of(InventoryVersion version) {
        return byVersion.computeIfAbsent(version.number(), number -> new SiteProfile(version.inventory()));
    }
}
