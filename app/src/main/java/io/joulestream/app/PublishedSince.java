package io.joulestream.app;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.storage.Database;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.kafka.InventoryReader;
import java.util.List;

/**
 * What the inventory topic told that a restored database did not know: published after its backup was made.
 *
 * @param versions of sites; without them their numbers would be given twice
 * @param generations of rebuilt sites; the job writes them, and without them in force rows of an earlier one would be taken
 *     beside its rows
 */
record PublishedSince(int versions, int generations) {
    /** @param inventory that has caught up */
    static PublishedSince takenInto(Database restored, InventoryReader inventory) {
        int versions = 0;
        for (List<InventoryRecord> ofSite : inventory.versions().values()) {
            for (InventoryRecord version : ofSite) {
                boolean isNew = restored.sites()
                        .adopt(
                                version.tenant(),
                                version.site(),
                                version.version(),
                                version.effectiveFrom(),
                                version.yaml(),
                                version.sinceGeneration());
                versions += isNew ? 1 : 0;
            }
        }
        int generations = 0;
        for (List<SiteGeneration> ofSite : inventory.generations().values()) {
            for (SiteGeneration generation : ofSite) {
                boolean isNew =
                        restored.generations().inForce(generation.tenant(), generation.site()) < generation.number();
                restored.generations().putInForce(generation);
                generations += isNew ? 1 : 0;
            }
        }
        return new PublishedSince(versions, generations);
    }
}
