package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.kpi.Thresholds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Reads how a site is now: the PUE of the last hour, and the power of the newest minute that is complete. */
final class Live {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The newest minutes fill up owner by owner, so one of the last few is taken. */
    private static final int MINUTES_BACK = 5;

    /** Power is of now: what was read earlier than this is none. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    private static final BigDecimal WATTS_PER_KWH_OF_A_MINUTE = BigDecimal.valueOf(60_000);

    private final WindowReader reader;

    Live(WindowReader reader) {
        this.reader = reader;
    }

    /** @param lastDataAt end of the last minute with data; null when there is none */
    LiveBody of(InventoryHistory history, String site, Instant lastDataAt, Instant now) {
        Instant end = TimeSpan.floor(now, MINUTE);
        TimeSpan hour = new TimeSpan(end.minus(HOUR), end);
        Instant asOf = lastDataAt == null ? end : lastDataAt;
        Pue pue = Pue.of(reader.minutes(history, site, hour), asOf);
        boolean isRecent = !asOf.isBefore(end.minus(RECENT));
        SiteEnergy minute = completeMinute(history, site, isRecent ? asOf : end, asOf);
        return new LiveBody(
                hour.start(),
                hour.end(),
                pue.label(),
                FigureBody.of(pue.published()),
                isComplete(minute) ? minute.start() : null,
                FigureBody.of(power(minute.it().kwh())),
                FigureBody.of(power(minute.facility().kwh())));
    }

    /** The newest complete minute of the last few, else the newest of all. */
    private SiteEnergy completeMinute(InventoryHistory history, String site, Instant end, Instant asOf) {
        SiteEnergy newest = null;
        for (int back = 1; back <= MINUTES_BACK; back++) {
            Instant start = TimeSpan.floor(end, MINUTE).minus(MINUTE.multipliedBy(back));
            SiteWindow window = reader.minutes(history, site, new TimeSpan(start, start.plus(MINUTE)));
            SiteEnergy minute = SiteEnergy.of(window, List.of(), asOf);
            if (isComplete(minute)) {
                return minute;
            }
            newest = newest == null ? minute : newest;
        }
        return newest;
    }

    private static boolean isComplete(SiteEnergy minute) {
        Figure it = minute.it().kwh();
        return !it.isMissing() && it.coverage().compareTo(Thresholds.DEFAULT.measuredShare()) >= 0;
    }

    /** The energy of one minute as its mean power. */
    private static Figure power(Figure kwh) {
        return new Figure(
                watts(kwh.value()),
                kwh.reason(),
                kwh.flags(),
                kwh.quality(),
                watts(kwh.low()),
                watts(kwh.high()),
                kwh.coverage(),
                kwh.estimatedShare(),
                kwh.method(),
                kwh.factorSets(),
                kwh.status(),
                kwh.asOf());
    }

    private static BigDecimal watts(BigDecimal kwhOfAMinute) {
        return kwhOfAMinute == null ? null : kwhOfAMinute.multiply(WATTS_PER_KWH_OF_A_MINUTE, MathContext.DECIMAL128);
    }
}
