package io.joulestream.api;

import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Band;
import io.joulestream.core.alert.Observation;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.MilliJoules;
import io.joulestream.core.kpi.Pue;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.Residuals;
import io.joulestream.core.kpi.SiteBalance;
import io.joulestream.core.kpi.SiteEnergy;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.report.CalendarMonth;
import io.joulestream.storage.LedgerQueries;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What rules see of a site now. Thread-safe. */
final class SiteObserver {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The newest minutes fill up owner by owner, the last within the wait for reordered frames at an edge site. */
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(3);

    /** Of each meter so many minutes are read, each time: of large sites there are many. */
    private static final Duration OF_METERS = Duration.ofMinutes(15);

    /** A site that has been silent for longer is not watched as one that lives: what became of it is not known. */
    private static final Duration LONGEST_SILENCE = Duration.ofDays(7);

    /** Over the designed PUE by so much is told, where no rule says otherwise. */
    private static final BigDecimal OVER_DESIGN = new BigDecimal("1.10");

    /** What a month is on course for can be told when so much of it is over. */
    private static final int TELLING_PART = 10;

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final LedgerQueries ledger;
    private final String tenant;
    private final WindowReader reader;
    private final BalanceReader balances;
    private final ResidualsReader residuals;

    SiteObserver(LedgerQueries ledger, String tenant) {
        this.ledger = ledger;
        this.tenant = tenant;
        this.reader = new WindowReader(ledger, tenant);
        this.balances = new BalanceReader(ledger, tenant);
        this.residuals = new ResidualsReader(ledger, tenant);
    }

    /** One site at one instant. */
    private record Look(InventoryHistory history, String site, Instant lastDataAt, Instant now) {
        /** Ends with the last minute that is settled. */
        TimeSpan last(Duration length) {
            Instant end = TimeSpan.floor(now, MINUTE).minus(SETTLED_AFTER);
            return new TimeSpan(end.minus(length), end);
        }

        boolean isSilent() {
            return lastDataAt.isBefore(now.minus(LONGEST_SILENCE));
        }

        SiteInventory inventory() {
            return SiteCatalog.applying(history, now).inventory();
        }

        String address(String what, TimeSpan span) {
            return Addresses.site(site, what + "start=" + span.start() + "&end=" + span.end());
        }
    }

    /**
     * Tells what each of the rules sees. One that cannot look keeps no other from it.
     *
     * @param lastDataAt end of the last minute with data
     * @param rules of this site
     * @throws io.joulestream.storage.StorageException if what all rules look at cannot be read; nothing is told then
     */
    void observe(
            InventoryHistory history,
            String site,
            Instant lastDataAt,
            Instant now,
            List<AlertRule> rules,
            AlertSight sight) {
        Look look = new Look(history, site, lastDataAt, now);
        SiteWindow hour = window(look);
        ResidualsReader.Now meters = null;
        for (AlertRule rule : rules) {
            try {
                List<Observation> observations = new ArrayList<>();
                switch (rule.kind()) {
                    case PUE_OUT_OF_BAND -> pue(look, rule, hour).ifPresent(observations::add);
                    case COVERAGE_LOSS -> observations.add(coverage(look, rule, hour));
                    case RESIDUAL -> observations.add(residual(look, rule));
                    case METER_INVERSION, METER_BACKWARDS -> {
                        meters = meters == null ? residuals.now(history, look.last(OF_METERS)) : meters;
                        observations.addAll(
                                rule.kind() == AlertKind.METER_INVERSION
                                        ? inversions(look, rule, meters)
                                        : backwards(look, rule, meters));
                    }
                    case ENERGY_BUDGET -> observations.add(budget(look, rule));
                    case ENERGY_PER_TOKEN ->
                        throw new IllegalArgumentException(rule.name() + " watches runs, not sites");
                }
                sight.add(rule, observations);
            } catch (RuntimeException e) {
                sight.fail(rule, Optional.of(site), e);
            }
        }
    }

    private SiteWindow window(Look look) {
        TimeSpan span = look.last(HOUR);
        return SiteWindow.of(
                look.history(),
                span.start(),
                span.end(),
                ledger.siteMinutes(tenant, look.site(), span.start(), span.end()));
    }

    private Optional<Observation> pue(Look look, AlertRule rule, SiteWindow hour) {
        Optional<Band> band = rule.band()
                .or(() -> look.inventory()
                        .designPue()
                        .map(designed -> rule.kind().band(null, designed.multiply(OVER_DESIGN), Optional.empty())));
        TimeSpan span = new TimeSpan(hour.start(), hour.end());
        Figure pue = Pue.of(hour, look.lastDataAt()).published();
        return band.map(wanted -> seen(
                look,
                rule,
                look.site(),
                "PUE of site " + look.site(),
                wanted,
                new Seen(pue.value(), pue.reason()),
                span,
                look.address("pue?window=PT1H&", span)));
    }

    private Observation coverage(Look look, AlertRule rule, SiteWindow hour) {
        SiteEnergy energy = SiteEnergy.of(hour, List.of(), look.lastDataAt());
        Figure it = energy.it().kwh();
        Figure facility = energy.facility().kwh();
        BigDecimal least = facility.reason() == ReasonCode.NO_FACILITY_METER
                ? it.coverage()
                : it.coverage().min(facility.coverage());
        TimeSpan span = new TimeSpan(hour.start(), hour.end());
        return seen(
                look,
                rule,
                look.site(),
                "coverage of site " + look.site(),
                rule.band().orElseThrow(),
                it.reason() == ReasonCode.BOUNDARY_MISMATCH
                        ? new Seen(null, ReasonCode.BOUNDARY_MISMATCH)
                        : new Seen(least.multiply(HUNDRED), null),
                span,
                look.address("energy?step=PT1M&", span));
    }

    private Observation residual(Look look, AlertRule rule) {
        BigDecimal allowed = BalanceReader.allowedShare(look.inventory()).multiply(HUNDRED);
        Band band = rule.band()
                .orElseGet(() -> rule.kind()
                        .band(
                                allowed.negate(),
                                allowed,
                                Optional.of(allowed.divide(BigDecimal.TEN, MathContext.DECIMAL128))));
        SiteBalance balance =
                balances.lastStep(look.history(), look.site(), look.lastDataAt().minus(MINUTE));
        boolean isRecent = balance.end().isAfter(look.now().minus(HOUR.multipliedBy(3)));
        boolean isKnown = balance.complete() && balance.residualShare() != null;
        TimeSpan span = new TimeSpan(balance.start(), balance.end());
        return seen(
                look,
                rule,
                look.site(),
                "residual of site " + look.site(),
                band,
                isRecent && isKnown
                        ? new Seen(balance.residualShare().multiply(HUNDRED), null)
                        : new Seen(null, isRecent ? ReasonCode.COVERAGE_BELOW_MIN : ReasonCode.NO_DATA),
                span,
                look.address("balance?step=PT1H&", span));
    }

    private static List<Observation> inversions(Look look, AlertRule rule, ResidualsReader.Now meters) {
        TimeSpan span = new TimeSpan(meters.window().start(), meters.window().end());
        List<Observation> seen = new ArrayList<>();
        for (Residuals.Residual residual : meters.residuals()) {
            BigDecimal share = residual.recent().value();
            seen.add(seen(
                    look,
                    rule,
                    residual.entity(),
                    "what " + residual.entity() + " at site " + look.site() + " reads beyond the " + residual.below()
                            + " below it",
                    rule.band().orElseThrow(),
                    new Seen(
                            share == null ? null : share.multiply(HUNDRED),
                            residual.recent().reason()),
                    span,
                    Addresses.site(look.site(), "residuals")));
        }
        return seen;
    }

    private static List<Observation> backwards(Look look, AlertRule rule, ResidualsReader.Now meters) {
        TimeSpan span = new TimeSpan(meters.window().start(), meters.window().end());
        List<Observation> seen = new ArrayList<>();
        for (String entity : meters.entities()) {
            Optional<Residuals.Reading> reading =
                    Optional.ofNullable(meters.window().readings().get(entity));
            seen.add(seen(
                    look,
                    rule,
                    entity,
                    "energy of " + entity + " at site " + look.site(),
                    rule.band().orElseThrow(),
                    reading.map(one -> new Seen(kwh(one), null)).orElse(new Seen(null, ReasonCode.NO_DATA)),
                    span,
                    Addresses.site(look.site(), "checks")));
        }
        return seen;
    }

    private static BigDecimal kwh(Residuals.Reading reading) {
        return MilliJoules.toKwh(MilliJoules.ofMicrojoules(reading.energy().microjoules()));
    }

    private Observation budget(Look look, AlertRule rule) {
        ZoneId zone = look.inventory().zone();
        TimeSpan settled = look.last(MINUTE);
        CalendarMonth month = CalendarMonth.of(YearMonth.from(settled.start().atZone(zone)), zone);
        TimeSpan soFar = new TimeSpan(month.start(), settled.end());
        List<SiteEnergy> energy = new ArrayList<>();
        WindowPlan plan = new WindowPlan(List.of(soFar), WindowPlan.Rows.LEDGER_STEPS_AND_MINUTES);
        reader.read(
                look.history(),
                look.site(),
                plan,
                window -> energy.add(SiteEnergy.of(window, List.of(), look.lastDataAt())));
        Figure used = energy.get(0).facility().kwh();
        Band band = rule.band().orElseThrow();
        boolean isOver = used.value() != null && !band.contains(used.value());
        boolean isTelling = soFar.length().multipliedBy(TELLING_PART).compareTo(month.length()) >= 0;
        boolean isOnCourse = isTelling && !isOver && used.value() != null;
        return seen(
                look,
                rule,
                look.site(),
                (isOnCourse
                                ? "energy that site " + look.site() + " is on course for in "
                                : "energy of site " + look.site() + " in ")
                        + month.month()
                        + (isOnCourse ? ", as it was" : ""),
                band,
                new Seen(isOnCourse ? wholeMonth(used.value(), soFar, month) : used.value(), used.reason()),
                soFar,
                look.address(
                        "energy?step=PT1H&",
                        new TimeSpan(
                                soFar.start(), TimeSpan.floor(look.now(), HOUR).plus(HOUR))));
    }

    private static BigDecimal wholeMonth(BigDecimal used, TimeSpan soFar, CalendarMonth month) {
        return used.multiply(BigDecimal.valueOf(month.length().toSeconds()))
                .divide(BigDecimal.valueOf(soFar.length().toSeconds()), MathContext.DECIMAL128);
    }

    /** Either a value or why there is none. */
    private record Seen(BigDecimal value, ReasonCode missing) {}

    private static Observation seen(
            Look look,
            AlertRule rule,
            String subject,
            String what,
            Band band,
            Seen seen,
            TimeSpan span,
            String explainedBy) {
        return new Observation(
                rule.kind(),
                look.site(),
                subject,
                what,
                look.isSilent() ? null : seen.value(),
                look.isSilent() ? ReasonCode.NO_DATA : seen.missing(),
                band,
                span.start(),
                span.end(),
                look.now(),
                explainedBy);
    }
}
