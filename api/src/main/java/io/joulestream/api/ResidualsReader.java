package io.joulestream.api;

import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.Residuals;
import io.joulestream.core.kpi.Residuals.Reading;
import io.joulestream.core.kpi.Residuals.Window;
import io.joulestream.storage.EntityEnergy;
import io.joulestream.storage.LedgerQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares each meter of a site with the meters below it: the last five minutes against the day before. Thread-safe. */
final class ResidualsReader {
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(1);
    private static final Duration RECENT = Duration.ofMinutes(5);
    private static final Duration REFERENCE_PART = Duration.ofHours(1);
    private static final int REFERENCE_PARTS = 24;

    /** A day of more GPUs is too many rows for one question. */
    private static final int MOST_GPUS = 512;

    private final LedgerQueries ledger;
    private final String tenant;

    ResidualsReader(LedgerQueries ledger, String tenant) {
        this.ledger = ledger;
        this.tenant = tenant;
    }

    /** @param lastMinute start of the last minute with data; null when there is none */
    ResidualsBody of(InventoryHistory history, String site, Instant lastMinute) {
        if (lastMinute == null) {
            return ResidualsBody.of(site, null, null, null, null, List.of());
        }
        Instant end = lastMinute.minus(SETTLED_AFTER);
        TimeSpan recent = new TimeSpan(end.minus(RECENT), end);
        SiteInventory inventory = SiteCatalog.applying(history, recent.start()).inventory();
        Residuals residuals = residuals(inventory);
        Set<String> entities = residuals.entities();
        List<Window> reference = new ArrayList<>();
        for (int back = REFERENCE_PARTS; back >= 1; back--) {
            Instant start = recent.start().minus(REFERENCE_PART.multipliedBy(back));
            TimeSpan part = new TimeSpan(start, start.plus(REFERENCE_PART));
            boolean isOfThisTree = !part.start().isBefore(inventory.effectiveFrom());
            reference.add(
                    isOfThisTree ? window(inventory, entities, part) : new Window(part.start(), part.end(), Map.of()));
        }
        TimeSpan referred = new TimeSpan(reference.get(0).start(), recent.start());
        return ResidualsBody.of(
                site,
                lastMinute.plusSeconds(60),
                ledger.keptFrom(tenant)
                        .channelMinutes()
                        .filter(referred.start()::isBefore)
                        .orElse(null),
                recent,
                referred,
                residuals.of(window(inventory, entities, recent), reference));
    }

    /** What the meters of a window say, and how each lies to those below it now; with nothing to refer to. */
    record Now(Window window, Set<String> entities, List<Residuals.Residual> residuals) {}

    Now now(InventoryHistory history, TimeSpan span) {
        SiteInventory inventory = SiteCatalog.applying(history, span.start()).inventory();
        Residuals residuals = residuals(inventory);
        Window window = window(inventory, residuals.entities(), span);
        return new Now(window, residuals.entities(), residuals.of(window, List.of()));
    }

    private static Residuals residuals(SiteInventory inventory) {
        return new Residuals(inventory, gpus(inventory) <= MOST_GPUS);
    }

    private static long gpus(SiteInventory inventory) {
        return inventory.entities().stream()
                .filter(entity -> entity.role() == Role.GPU)
                .count();
    }

    private Window window(SiteInventory inventory, Set<String> entities, TimeSpan span) {
        Map<String, Reading> readings = new HashMap<>();
        for (EntityEnergy row : ledger.entityEnergy(tenant, inventory.site(), entities, span.start(), span.end())) {
            boolean isOfRecord = inventory
                    .entity(row.entity())
                    .flatMap(Entity::energyChannel)
                    .filter(channel -> channel.metric().number() == row.metric())
                    .isPresent();
            if (isOfRecord) {
                readings.put(row.entity(), new Reading(EnergyAmount.total(row.energy()), row.coveredMillis()));
            }
        }
        return new Window(span.start(), span.end(), readings);
    }
}
