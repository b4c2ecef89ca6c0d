package io.joulestream.api;

import io.joulestream.core.kpi.PublishedEnergy;
import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.kpi.TrainingFigures;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run's log tells beside its energy: attempts, what tokens became, what the energy went into, and what a token cost.
 *
 * @param open whether the run may go on; then all that no restart has discarded yet counts as retained
 * @param uses energy by use; with the last, OTHER, the lines add up to the run's energy
 * @param reported what the log claims to have used, in no sum
 * @param pue of the run's hours, weighted by its energy
 */
record TrainingBody(
        boolean open,
        TokensBody tokens,
        List<AttemptBody> attempts,
        List<UseBody> uses,
        EnergyLine reported,
        FigureBody goodputEnergyFraction,
        FigureBody lostWorkEnergyFraction,
        FigureBody itJoulesPerRetainedToken,
        FigureBody itJoulesPerEffectiveToken,
        FigureBody itJoulesPerProcessedToken,
        FigureBody pue,
        FigureBody facilityJoulesPerRetainedToken,
        FigureBody facilityJoulesPerProcessedToken) {
    private static final String OTHER = "OTHER";

    /**
     * @param processed padding and discarded steps included; null when the log tells no steps
     * @param effective without padding; null when the log does not tell
     * @param retained effective tokens of steps that no restart discarded; null when the log does not tell
     * @param redone processed tokens of steps that a restart discarded; null when the log tells no steps
     */
    record TokensBody(BigInteger processed, BigInteger effective, BigInteger retained, BigInteger redone) {}

    /**
     * One start of the run.
     *
     * @param endedAt moves while it goes on
     * @param firstStep null while it has no step
     * @param lastStep null while it has no step
     * @param restoredFrom the step count it began from; null when unknown
     * @param keptStep the last step known to be in a kept checkpoint; null when the log does not tell
     * @param steps log lines
     * @param discardedSteps log lines that a later attempt discarded
     */
    record AttemptBody(
            int attempt,
            Instant startedAt,
            Instant endedAt,
            Long firstStep,
            Long lastStep,
            Long restoredFrom,
            Long keptStep,
            long steps,
            long discardedSteps) {
        static AttemptBody of(RunLineage.Attempt attempt) {
            return new AttemptBody(
                    attempt.number(),
                    attempt.start(),
                    attempt.end(),
                    attempt.firstStep(),
                    attempt.lastStep(),
                    attempt.restoredFrom(),
                    attempt.keptStep(),
                    attempt.steps(),
                    attempt.discarded());
        }
    }

    /** @param energyMj null when the figure has no value */
    record UseBody(String use, String energyMj, FigureBody energyKwh) {
        static UseBody of(String use, PublishedEnergy energy) {
            return new UseBody(use, energy.energyMj(), FigureBody.of(energy.kwh()));
        }
    }

    /** @param energyMj null when the figure has no value */
    record EnergyLine(String energyMj, FigureBody energyKwh) {}

    static TrainingBody of(TrainingFigures figures) {
        RunLineage lineage = figures.lineage();
        RunLineage.Tokens tokens = lineage.tokens();
        boolean known = lineage.hasSteps();
        List<UseBody> uses = new ArrayList<>();
        for (RunLineage.Use use : RunLineage.Use.values()) {
            uses.add(UseBody.of(use.name(), figures.uses().get(use)));
        }
        uses.add(UseBody.of(OTHER, figures.other()));
        return new TrainingBody(
                figures.open(),
                new TokensBody(
                        known ? tokens.processed() : null,
                        tokens.effective(),
                        tokens.retained(),
                        known ? tokens.redone() : null),
                lineage.attempts().stream().map(AttemptBody::of).toList(),
                uses,
                new EnergyLine(
                        figures.reported().energyMj(),
                        FigureBody.of(figures.reported().kwh())),
                FigureBody.of(figures.goodputEnergyFraction()),
                FigureBody.of(figures.lostWorkEnergyFraction()),
                FigureBody.of(figures.perRetainedToken()),
                FigureBody.of(figures.perEffectiveToken()),
                FigureBody.of(figures.perProcessedToken()),
                FigureBody.of(figures.pue()),
                FigureBody.of(figures.facilityPerRetainedToken()),
                FigureBody.of(figures.facilityPerProcessedToken()));
    }
}
