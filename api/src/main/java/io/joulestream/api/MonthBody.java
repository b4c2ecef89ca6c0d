package io.joulestream.api;

import java.time.Duration;
import java.time.Instant;

/**
 * A month of a site's own calendar.
 *
 * @param tz the zone in which it is built
 * @param start inclusive
 * @param end exclusive
 * @param hours between them: 743 or 745 where the clocks change
 * @param dataEnd end of the figures: the month's end, or for a month that is not over the last ledger row before now
 * @param status PROVISIONAL: a draft
 */
record MonthBody(
        String month, String tz, Instant start, Instant end, long hours, Instant dataEnd, String status, Instant asOf) {
    static MonthBody of(SiteMonth month, String status) {
        return new MonthBody(
                month.period().month().toString(),
                month.period().zone().getId(),
                month.period().start(),
                month.period().end(),
                Duration.between(month.period().start(), month.period().end()).toHours(),
                month.dataEnd(),
                status,
                month.asOf());
    }
}
