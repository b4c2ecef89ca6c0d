package io.joulestream.core.inventory;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** Everything a site file says outside its entities. What the file may leave out is null here. */
record SiteSettings(
        String tenant,
        String site,
        String name,
        SiteKind kind,
        ZoneId zone,
        String gridZone,
        Instant effectiveFrom,
        Duration acceptHistory,
        boolean allowHistory,
        Role itBoundary,
        Long installedItMilliwatts,
        BigDecimal designPue,
        BigDecimal residualAlertPercent,
        FlatTariff tariff) {}
