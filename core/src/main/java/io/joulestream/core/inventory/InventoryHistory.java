package io.joulestream.core.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/**
 * All known versions of one site, asked by event time: the greatest {@code effectiveFrom} at or before it applies, ties by
 * version number. Immutable.
 */
public final class InventoryHistory {
    private static final Comparator<InventoryVersion> ORDER =
            Comparator.comparing(InventoryVersion::effectiveFrom).thenComparingInt(InventoryVersion::number);

    private final List<InventoryVersion> versions;

    private InventoryHistory(List<InventoryVersion> ordered) {
        this.versions = List.copyOf(ordered);
    }

    /**
     * A history of versions in any order; a version may be named twice when both are equal.
     *
     * @throws IllegalArgumentException when there is none, they are of different sites, or two unequal ones share a number
     */
    public static InventoryHistory of(Collection<InventoryVersion> versions) {
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("an inventory history needs a version");
        }
        InventoryHistory history = new InventoryHistory(List.of());
        for (InventoryVersion version : versions) {
            history = history.with(version);
        }
        return history;
    }

    /**
     * This history and one more version; itself when it has the version already.
     *
     * @throws IllegalArgumentException when it is of another site, or differs from the known version of its number
     */
    public InventoryHistory with(InventoryVersion version) {
        for (InventoryVersion known : versions) {
            if (!sameSite(known, version)) {
                throw new IllegalArgumentException(
                        "history of " + known.inventory() + " was given " + version.inventory());
            }
            if (known.number() == version.number()) {
                if (known.equals(version)) {
                    return this;
                }
                throw new IllegalArgumentException("version " + version.number() + " of " + known.inventory()
                        + " was published before with other content");
            }
        }
        List<InventoryVersion> more = new ArrayList<>(versions);
        more.add(version);
        more.sort(ORDER);
        return new InventoryHistory(more);
    }

    /** What a generation of the site knows; empty when it knows no version. */
    public Optional<InventoryHistory> knownTo(int generation) {
        List<InventoryVersion> known = versions.stream()
                .filter(version -> version.sinceGeneration() <= generation)
                .toList();
        return known.isEmpty() ? Optional.empty() : Optional.of(new InventoryHistory(known));
    }

    /** The version that describes the site at an event time; empty before the first one starts. */
    public Optional<InventoryVersion> at(Instant eventTime) {
        for (int i = versions.size() - 1; i >= 0; i--) {
            if (!versions.get(i).effectiveFrom().isAfter(eventTime)) {
                return Optional.of(versions.get(i));
            }
        }
        return Optional.empty();
    }

    /** When the version that applies at an event time stops to apply; empty when none starts later. */
    public Optional<Instant> nextChangeAfter(Instant eventTime) {
        return versions.stream()
                .map(InventoryVersion::effectiveFrom)
                .filter(start -> start.isAfter(eventTime))
                .findFirst();
    }

    /** Every inventory that applies in {@code [from, to)}, oldest first, with the milliseconds for which it does. */
    public void forEachBetween(Instant from, Instant to, ObjLongConsumer<SiteInventory> inventories) {
        Instant start = from;
        while (start.isBefore(to)) {
            Instant end =
                    nextChangeAfter(start).filter(change -> change.isBefore(to)).orElse(to);
            long millis = Duration.between(start, end).toMillis();
            at(start).ifPresent(version -> inventories.accept(version.inventory(), millis));
            start = end;
        }
    }

    /** All versions, by {@code effectiveFrom} and number. */
    public List<InventoryVersion> versions() {
        return versions;
    }

    private static boolean sameSite(InventoryVersion a, InventoryVersion b) {
        return a.inventory().tenant().equals(b.inventory().tenant())
                && a.inventory().site().equals(b.inventory().site());
    }
}
