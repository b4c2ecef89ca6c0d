package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One published version of a site.
 *
 * @param number counted from 1 in the order of publication
 * @param sinceGeneration the first generation of the site that knows it: 0 for a version that was published ahead of its
 *     time, n for one about the past, which the rebuild that made generation n applies
 */
public record InventoryVersion(int number, SiteInventory inventory, int sinceGeneration) {
    /** One that every generation knows. */
    public InventoryVersion(int number, SiteInventory inventory) {
        this(number, inventory, 0);
    }

    public InventoryVersion {
        requireNonNull(inventory, "inventory");
        if (sinceGeneration < 0) {
            throw new IllegalArgumentException("sinceGeneration must be >= 0, was " + sinceGeneration);
        }
        if (number < 1) {
            throw new IllegalArgumentException("version number must be >= 1, was " + number);
        }
    }

    /** From which event time on this version describes the site. */
    public Instant effectiveFrom() {
        return inventory.effectiveFrom();
    }
}
