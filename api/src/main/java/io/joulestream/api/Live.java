package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.kpi.Thresholds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads how a site is now: the PUE of the last hour, and the power of the newest minute that is complete. */
final class Live {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The newest minutes fill up owner by owner, so one of the last few is taken. */
    private static final int MINUTES_BACK = 5;

    /** Power is of now: what was read earlier than this is none. */
    static final Duration RECENT = Duration.ofMinutes(15);

    /** How far back a silent site is searched for an hour with a figure; history that is running in has holes at its end. */
    private static final int HOURS_BACK = 24;

    private static final Set<ReasonCode> HOLES = EnumSet.of(ReasonCode.NO_DATA, ReasonCode.COVERAGE_BELOW_MIN);

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
        Pue pue = hourlyPue(history, site, isSilent ? asOf : end, isSilent, asOf);
        boolean isRecent = !asOf.isBefore(end.minus(RECENT));
        SiteEnergy minute = newest(
                history,
                site,
                isRecent ? asOf : end,
                MINUTE,
                MINUTES_BACK,
                window -> SiteEnergy.of(window, List.of(), asOf),
                Live::isComplete);
        return new LiveBody(
                pue.start(),
                pue.end(),
                pue.label(),
                FigureBody.of(pue.published()),
                isComplete(minute) ? minute.start() : null,
                FigureBody.of(power(minute.it().kwh())),
                FigureBody.of(power(minute.facility().kwh())));
    }

    /** A silent site is searched only where its newest hour was not wholly read. */
    private Pue hourlyPue(InventoryHistory history, String site, Instant end, boolean isSilent, Instant asOf) {
        Function<SiteWindow, Pue> pue = hour -> Pue.of(hour, asOf);
        Predicate<Pue> hasFigure = hour -> !hour.published().isMissing();
        Pue last = newest(history, site, end, HOUR, 1, pue, hasFigure);
        return isSilent && HOLES.contains(last.published().reason())
                ? newest(history, site, end, HOUR, HOURS_BACK, pue, hasFigure)
                : last;
    }

    /** The newest of the windows before {@code end} that is wanted, else the newest of all. */
    private <T> T newest(
            InventoryHistory history,
            String site,
            Instant end,
            Duration length,
            int count,
            Function<SiteWindow, T> figure,
            Predicate<T> isWanted) {
        List<TimeSpan> spans = new ArrayList<>();
        for (int back = count; back >= 1; back--) {
            Instant start = TimeSpan.floor(end, MINUTE).minus(length.multipliedBy(back));
            spans.add(new TimeSpan(start, start.plus(length)));
        }
        Deque<T> newestFirst = new ArrayDeque<>();
        WindowPlan plan = new WindowPlan(spans, WindowPlan.Rows.MINUTES);
        reader.read(history, site, plan, window -> newestFirst.push(figure.apply(window)));
        return newestFirst.stream().filter(isWanted).findFirst().orElseGet(newestFirst::peek);
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
