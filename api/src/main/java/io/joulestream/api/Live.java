package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.Thresholds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads how a site is now: the PUE of the last hour, and the power of the newest minute that is complete. */
final class Live {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The newest minutes fill up owner by owner, so one of the last few is taken. */
    private static final int MINUTES_BACK = 5;

    /** Power is of now: what was read earlier than this is none. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    /** How far back a silent site is searched for an hour with a figure; history that is running in has holes at its end. */
    private static final int HOURS_BACK = 24;

    private static final BigDecimal WATTS_PER_KWH_OF_A_MINUTE = BigDecimal.valueOf(60_000);

    private final WindowReader reader;

    Live(WindowReader reader) {
        this.reader = reader;
    }

    /**
     * The hour is the last one, or, at a site that has been silent for longer, the last that has a figure: its end says which.
     *
     * @param lastDataAt end of the last minute with data; null when there is none
     */
    LiveBody of(InventoryHistory history, String site, Instant lastDataAt, Instant now) {
        Instant end = TimeSpan.floor(now, MINUTE);
        boolean isSilent = lastDataAt != null && lastDataAt.isBefore(end.minus(HOUR));
        Instant asOf = lastDataAt == null ? end : lastDataAt;
        Pue pue = hourlyPue(history, site, isSilent ? asOf : end, isSilent ? HOURS_BACK : 1, asOf);
        boolean isRecent = !asOf.isBefore(end.minus(RECENT));
        SiteEnergy minute = completeMinute(history, site, isRecent ? asOf : end, asOf);
        return new LiveBody(
                pue.start(),
                pue.end(),
                pue.label(),
                FigureBody.of(pue.published()),
                isComplete(minute) ? minute.start() : null,
                FigureBody.of(power(minute.it().kwh())),
                FigureBody.of(power(minute.facility().kwh())));
    }

    /** The newest of some hours that has a PUE, else the newest of all. */
    private Pue hourlyPue(InventoryHistory history, String site, Instant end, int hours, Instant asOf) {
        Deque<Pue> newestFirst = new ArrayDeque<>();
        WindowPlan plan = new WindowPlan(spans(TimeSpan.floor(end, MINUTE), HOUR, hours), WindowPlan.Rows.MINUTES);
        reader.read(history, site, plan, hour -> newestFirst.push(Pue.of(hour, asOf)));
        return newestFirst.stream()
                .filter(pue -> !pue.published().isMissing())
                .findFirst()
                .orElseGet(newestFirst::peek);
    }

    /** The newest complete minute of the last few, else the newest of all. */
    private SiteEnergy completeMinute(InventoryHistory history, String site, Instant end, Instant asOf) {
        Deque<SiteEnergy> newestFirst = new ArrayDeque<>();
        WindowPlan minutes =
                new WindowPlan(spans(TimeSpan.floor(end, MINUTE), MINUTE, MINUTES_BACK), WindowPlan.Rows.MINUTES);
        reader.read(history, site, minutes, minute -> newestFirst.push(SiteEnergy.of(minute, List.of(), asOf)));
        return newestFirst.stream().filter(Live::isComplete).findFirst().orElseGet(newestFirst::peek);
    }

    /** Oldest first. */
    private static List<TimeSpan> spans(Instant end, Duration length, int count) {
        List<TimeSpan> spans = new ArrayList<>();
        for (int back = count; back >= 1; back--) {
            Instant start = end.minus(length.multipliedBy(back));
            spans.add(new TimeSpan(start, start.plus(length)));
        }
        return spans;
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
