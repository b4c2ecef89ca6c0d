package io.joulestream.streaming;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteGeneration;
import java.io.Serializable;
import java.util.List;
import java.util.Properties;

/** Where an operator finds a site's inventory. */
interface SiteLookup extends AutoCloseable {
    /**
     * @param appendedMillis the append time of the record that asks; what was published before it is known
     * @return all versions of the site, or null when there is no such site
     */
    InventoryHistory find(String tenant, String site, long appendedMillis);

    /** Makes everything known that is published by now. */
    default void refresh() {}

    /** The site's generations but the first, by number, as of the last {@link #find}; none for a site never rebuilt. */
    default List<SiteGeneration> generations(String tenant, String site) {
        return List.of();
    }

    /** As {@link #find}, for one who waits for more: what was published some seconds before the record is known. */
    default InventoryHistory findAgain(String tenant, String site, long appendedMillis) {
        return find(tenant, site, appendedMillis);
    }

    @Override
    default void close() {}

    /** Opens a subtask's own. */
    interface Opener extends Serializable {
        SiteLookup open(Properties kafka);
    }
}
