package io.joulestream.streaming;

import io.joulestream.core.inventory.InventoryHistory;

/** Where an operator finds a site's inventory. */
interface SiteLookup {
    /**
     * @param appendedMillis the append time of the record that asks; what was published before it is known
     * @return all versions of the site, or null when there is no such site
     */
    InventoryHistory find(String tenant, String site, long appendedMillis);
}
