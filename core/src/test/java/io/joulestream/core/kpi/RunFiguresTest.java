package io.joulestream.core.kpi;

import static io.joulestream.core.kpi.SiteFixture.microjoules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.RunStep;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunFiguresTest {
    private static final Instant START = Instant.parse("2026-04-01T00:30:00Z");
    private static final int METERS = 4;

    @Test
    void w10JoulesPerProcessedToken() {
        List<RunStep> steps = List.of(
                step(0, new EnergyBuckets(microjoules("1000"), 0, 0), 1_800_000, 400_000_000L, 0),
                step(1, new EnergyBuckets(microjoules("1000"), microjoules("200"), 0), 3_600_000, 1_000_000_000L, 2),
                step(2, new EnergyBuckets(microjoules("1000"), 0, 0), 3_600_000, 1_000_000_000L, 0),
                step(3, new EnergyBuckets(microjoules("1000"), 0, 0), 3_600_000, 1_000_000_000L, 0),
                step(4, new EnergyBuckets(microjoules("1000"), 0, 0), 3_600_000, 1_000_000_000L, 0));
        List<RunStep> all = new ArrayList<>(steps);
        all.add(step(5, new EnergyBuckets(microjoules("1000"), 0, 0), 3_600_000, 0, 0));
        all.add(step(6, new EnergyBuckets(microjoules("1000"), 0, 0), 3_600_000, 0, 0));
        all.add(step(7, new EnergyBuckets(microjoules("2000"), 0, 0), 3_600_000, 0, 0));
        all.add(step(8, new EnergyBuckets(microjoules("2000"), 0, 0), 3_600_000, 0, 0));

        RunFigures figures = RunFigures.of(totals(Duration.ofMinutes(30 + 8 * 60), all), START);

        assertThat(figures.energy().kwh().value()).isEqualByComparingTo("11200");
        assertThat(figures.tokens()).isEqualTo(BigInteger.valueOf(4_400_000_000L));
        assertThat(figures.joulesPerProcessedToken().value().doubleValue())
                .isCloseTo(11_200 * 3.6e6 / 4.4e9, within(1e-9));
        assertThat(figures.coversRun()).isTrue();
        assertThat(figures.coverage()).isEqualByComparingTo("1");
        assertThat(figures.joulesPerProcessedToken().estimatedShare()).isEqualByComparingTo("0");
    }

    @Test
    void withoutTokensThereIsEnergyButNoQuotient() {
        RunFigures figures =
                RunFigures.of(totals(Duration.ofHours(1), List.of(step(0, measured("10"), 3_600_000, 0, 0))), START);

        assertThat(figures.energy().kwh().value()).isEqualByComparingTo("10");
        assertThat(figures.joulesPerProcessedToken().value()).isNull();
        assertThat(figures.joulesPerProcessedToken().reason()).isEqualTo(ReasonCode.NO_TOKENS);
    }

    @Test
    void meteredHalfARunItsTokensAreNotDividedBy() {
        RunFigures figures =
                RunFigures.of(totals(Duration.ofHours(2), List.of(step(0, measured("10"), 3_600_000, 1000, 0))), START);

        assertThat(figures.coversRun()).isFalse();
        assertThat(figures.accounted()).isEqualByComparingTo("0.5");
        assertThat(figures.joulesPerProcessedToken().reason()).isEqualTo(ReasonCode.METER_DOES_NOT_COVER);
        assertThat(figures.energy().kwh().value()).isEqualByComparingTo("10");
    }

    @Test
    void tokensWithoutAnyReadingAreNoData() {
        RunFigures figures =
                RunFigures.of(totals(Duration.ofHours(1), List.of(step(0, EnergyBuckets.NONE, 0, 1000, 0))), START);

        assertThat(figures.energy().millijoules()).isNull();
        assertThat(figures.joulesPerProcessedToken().reason()).isEqualTo(ReasonCode.NO_DATA);
        assertThat(RunFigures.of(totals(Duration.ofHours(1), List.of()), START)
                        .joulesPerProcessedToken()
                        .reason())
                .isEqualTo(ReasonCode.NO_DATA);
    }

    @Test
    void aRunWithoutMetersOrLengthIsNotCovered() {
        RunFigures.Totals noMeters = RunFigures.Totals.of("r", START, START.plusSeconds(60), 0, List.of());

        assertThat(RunFigures.of(noMeters, START).coversRun()).isFalse();
        assertThat(RunFigures.of(totals(Duration.ZERO, List.of()), START).coversRun())
                .isFalse();
    }

    @Test
    void bridgedEnergyOfAShortRunIsEstimated() {
        EnergyBuckets half = new EnergyBuckets(microjoules("1"), microjoules("1"), 0);
        RunStep step = step(0, half, 1_800_000, 1000, LedgerFlag.BRIDGED.mask());

        Figure figure = RunFigures.of(totals(Duration.ofMinutes(30), List.of(step)), START)
                .joulesPerProcessedToken();

        assertThat(figure.estimatedShare()).isEqualByComparingTo("0.5");
        assertThat(figure.flags()).contains(FigureFlag.BRIDGED);
    }

    private static EnergyBuckets measured(String kwh) {
        return new EnergyBuckets(microjoules(kwh), 0, 0);
    }

    private static RunFigures.Totals totals(Duration length, List<RunStep> steps) {
        return RunFigures.Totals.of("run-1", START, START.plus(length), METERS, steps);
    }

    private static RunStep step(int hour, EnergyBuckets energy, long millis, long tokens, int flags) {
        Instant start = Instant.parse("2026-04-01T00:00:00Z").plus(Duration.ofHours(hour));
        return new RunStep(
                "default", "s", "run-1", start, 3600, energy, METERS * millis, METERS * millis, tokens, flags, 1, 1);
    }
}
