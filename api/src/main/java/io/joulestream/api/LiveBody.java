package io.joulestream.api;

import java.time.Instant;

/**
 * How a site is now.
 *
 * @param start of the last hour, or, at a silent site, of the last one that has a figure
 * @param pue of that hour
 * @param pueLabel how its value must be quoted, category included
 * @param powerMinute start of the newest minute in which all IT meters were read; null when none is recent
 * @param itPowerW mean of that minute
 * @param facilityPowerW mean of that minute
 */
record LiveBody(
        Instant start,
        Instant end,
        String pueLabel,
        FigureBody pue,
        Instant powerMinute,
        FigureBody itPowerW,
        FigureBody facilityPowerW) {}
