package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One published version of a site.
 *
 * @param number counted from 1 in the order of publication
 */
public record InventoryVersion(int number, SiteInventory inventory) {
    public InventoryVersion {
        requireNonNull(inventory, "inventory");
        if (number < 1) {
            throw new IllegalArgumentException("version number must be >= 1, was " + number);
        }
    }

    /** From which event time on this version describes the site. */
    public Instant effectiveFrom() {
        return inventory.effectiveFrom();
    }
}
