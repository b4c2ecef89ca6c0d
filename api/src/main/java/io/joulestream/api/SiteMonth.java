package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.report.CalendarMonth;
import java.time.Instant;
import java.time.YearMonth;

/**
 * One month of one site, as far as it has passed.
 *
 * @param asOf the end of the month, or the last whole ledger step before now: what is read later belongs to other months, so
 *     the answer for a month that is over stays the same as long as its rows do
 */
record SiteMonth(InventoryHistory history, String site, CalendarMonth period, Instant asOf) {
    static SiteMonth of(InventoryHistory history, String site, YearMonth month, Instant now) {
        SiteInventory inventory = SiteCatalog.applying(history, now).inventory();
        CalendarMonth period = CalendarMonth.of(month, inventory.zone());
        Instant lastStep = TimeSpan.floor(now, inventory.ledgerStep());
        return new SiteMonth(history, site, period, lastStep.isBefore(period.end()) ? lastStep : period.end());
    }

    boolean hasBegun() {
        return asOf.isAfter(period.start());
    }

    boolean isOpen() {
        return asOf.isBefore(period.end());
    }

    /** End of the figures; the month's start when it has not begun. */
    Instant dataEnd() {
        return hasBegun() ? asOf : period.start();
    }
}
