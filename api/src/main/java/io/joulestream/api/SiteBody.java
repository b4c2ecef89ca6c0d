package io.joulestream.api;

import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventory;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;

/**
 * One site.
 *
 * @param name for people; null when it has none
 * @param zone in which its days and months are built
 * @param gridZone of its emission factors; null when unknown
 * @param itBoundary where IT energy is measured
 * @param ledgerStep length of its ledger's rows
 * @param designPue null when unknown
 * @param installedItKw null when unknown
 * @param inventoryVersion the version that applies now
 * @param entities how many devices and meters that version has
 * @param lastDataAt end of the last minute with data; null when there is none
 */
record SiteBody(
        String site,
        String name,
        String kind,
        String zone,
        String gridZone,
        String itBoundary,
        int pueCategory,
        boolean hasFacilityMeter,
        String ledgerStep,
        BigDecimal designPue,
        BigDecimal installedItKw,
        int inventoryVersion,
        Instant effectiveFrom,
        int entities,
        Instant lastDataAt,
        LiveBody live) {

    static SiteBody of(InventoryVersion version, Instant lastDataAt, LiveBody live) {
        SiteInventory site = version.inventory();
        BigDecimal installed = site.installedItMilliwatts().isPresent()
                ? BigDecimal.valueOf(site.installedItMilliwatts().getAsLong(), 6)
                : null;
        return new SiteBody(
                site.site(),
                site.name().orElse(null),
                site.kind().name().toLowerCase(Locale.ROOT),
                site.zone().getId(),
                site.gridZone().orElse(null),
                site.itBoundary().name(),
                site.pueCategory(),
                site.hasFacilityMeter(),
                site.ledgerStep().toString(),
                FigureBody.plain(site.designPue().orElse(null)),
                FigureBody.plain(installed),
                version.number(),
                version.effectiveFrom(),
                site.entities().size(),
                lastDataAt,
                live);
    }
}
