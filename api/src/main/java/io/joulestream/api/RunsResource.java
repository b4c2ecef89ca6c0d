package io.joulestream.api;

import io.joulestream.core.kpi.Figure;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.RunCurve;
import io.joulestream.core.kpi.RunFigures;
import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.kpi.TrainingFigures;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.LedgerQueries;
import io.joulestream.storage.RunCursor;
import io.joulestream.storage.RunMeterTotals;
import io.joulestream.storage.RunPage;
import io.joulestream.storage.RunTotals;
import io.joulestream.storage.TrainingTotals;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The training runs. */
final class RunsResource {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /** Training steps and minutes of a run, which are read one by one and held at once. */
    private static final long MAX_ROWS = 1_000_000;

    private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private final LedgerQueries ledger;
    private final RunPueReader pue;
    private final Clock clock;
    private final String tenant;

    RunsResource(SiteCatalog catalog, LedgerQueries ledger, Clock clock, String tenant) {
        this.ledger = ledger;
        this.pue = new RunPueReader(catalog, ledger, tenant);
        this.clock = clock;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        Parameters parameters = request.parameters();
        Format format = request.format(Format.OF_LISTS);
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<RunCursor> cursor = parameters.cursor(Cursors::parse);
        parameters.check();
        RunPage page = cursor.isPresent() ? ledger.runs(tenant, cursor.get(), limit) : ledger.runs(tenant, limit);
        Map<String, Instant> lastMinutes = ledger.lastMinutes(tenant);
        List<RunLineBody> runs = page.runs().stream()
                .flatMap(summary -> ledger.run(tenant, summary.run()).stream())
                .map(run -> RunLineBody.of(body(run, lastMinutes, false)))
                .toList();
        String next = page.next().map(Cursors::text).orElse(null);
        RunsBody body = new RunsBody(runs, next);
        Answer answer = format == Format.JSON
                ? Answer.json(body).with("Vary", "Accept")
                : Rows.of(RunLineBody.class, "runs", body, runs).answer(format);
        return answer.withNext("/v1/runs?limit=" + limit + request.formatAsked(), next);
    }

    Answer one(Request request) {
        Parameters parameters = request.parameters();
        Optional<String> training = parameters.text("training");
        training.filter(text -> !text.equals("none"))
                .ifPresent(text -> parameters.refuse("training", "must be none, was " + Parameters.quoted(text)));
        parameters.check();
        String name = request.path("run");
        RunTotals run = (name.indexOf('\0') >= 0 ? Optional.<RunTotals>empty() : ledger.run(tenant, name))
                .orElseThrow(() -> ProblemException.notFound("there is no run " + Parameters.quoted(name)));
        return Answer.json(body(run, ledger.lastMinutes(tenant), training.isEmpty()));
    }

    /** @param withTraining reads every row of the run, within limits: for one run, not for a list of them */
    private RunBody body(RunTotals run, Map<String, Instant> lastMinutes, boolean withTraining) {
        List<RunMeterTotals> meters = ledger.runMeters(tenant, run.run());
        TrainingTotals training = ledger.trainingTotals(tenant, run.run());
        Instant asOf = RunWhole.asOf(run, lastMinutes, clock);
        RunFigures figures = RunWhole.figures(run, meters, asOf);
        Instant startedAt = figures.startedAt();
        Instant endedAt = figures.endedAt();
        Figure kwh = figures.energy().kwh();
        List<RunBody.MeterBody> meterBodies = meters.stream()
                .map(meter -> meter(meter, startedAt, endedAt, asOf))
                .toList();
        return new RunBody(
                run.run(),
                RunWhole.sites(run),
                run.startedAt().orElse(null),
                run.endedAt().orElse(null),
                EnergyAmount.of(figures.energy(), figures.buckets(), true),
                FigureBody.share(figures.coverage()),
                FigureBody.share(figures.accounted()),
                FigureBody.share(kwh.estimatedShare()),
                figures.coversRun(),
                run.tokens() > 0 ? run.tokens() : null,
                training.steps(),
                training.attempts(),
                FigureBody.of(figures.joulesPerProcessedToken()),
                withTraining ? TrainingBody.of(training(run, training.steps(), figures, asOf)) : null,
                EnergyBody.flagNames(run.flags()),
                meterBodies,
                reasons(run, figures, meterBodies));
    }

    private TrainingFigures training(RunTotals run, long trainingSteps, RunFigures figures, Instant asOf) {
        List<RunStep> steps = ledger.runHours(tenant, run.run(), Instant.EPOCH, END_OF_TIME);
        long minutesAtMost = steps.stream().mapToLong(RunStep::lengthSeconds).sum()
                / Duration.ofMinutes(1).toSeconds();
        if (trainingSteps + minutesAtMost > MAX_ROWS) {
            throw ProblemException.tooLarge(
                    "the run has " + trainingSteps + " training steps and up to " + minutesAtMost
                            + " minutes, at most " + MAX_ROWS
                            + " of both are read; ask with training=none for its other figures",
                    null);
        }
        RunLineage lineage = ledger.runLineage(tenant, run.run());
        List<RunStep> minutes = minutes(run.run(), steps);
        Duration length = Duration.between(figures.startedAt(), figures.endedAt());
        return TrainingFigures.of(
                figures,
                lineage,
                RunCurve.of(steps, minutes, run.extents()),
                null, // network and storage are not shared among runs yet
                pue.read(steps, length, asOf),
                asOf);
    }

    /** Those inside the rows of the ledger; others have no part in any figure. */
    private List<RunStep> minutes(String run, List<RunStep> steps) {
        if (steps.isEmpty()) {
            return List.of();
        }
        Instant from =
                steps.stream().map(RunStep::start).min(Instant::compareTo).orElseThrow();
        Instant to = steps.stream()
                .map(step -> step.start().plusSeconds(step.lengthSeconds()))
                .max(Instant::compareTo)
                .orElseThrow();
        return ledger.runMinutes(tenant, run, from, to);
    }

    /** Every reason that holds, where a figure alone names only the first; a check that falls short is told too. */
    private static List<String> reasons(RunTotals run, RunFigures figures, List<RunBody.MeterBody> meters) {
        Set<ReasonCode> reasons = new LinkedHashSet<>();
        Stream.of(figures.energy().kwh(), figures.joulesPerProcessedToken())
                .filter(Figure::isMissing)
                .forEach(figure -> reasons.add(figure.reason()));
        if (run.tokens() <= 0) {
            reasons.add(ReasonCode.NO_TOKENS);
        }
        boolean allCover = figures.coversRun() && meters.stream().allMatch(RunBody.MeterBody::coversRun);
        if (!figures.energy().kwh().isMissing() && !allCover) {
            reasons.add(ReasonCode.METER_DOES_NOT_COVER);
        }
        return reasons.stream().map(Enum::name).toList();
    }

    private static RunBody.MeterBody meter(RunMeterTotals meter, Instant startedAt, Instant endedAt, Instant asOf) {
        RunFigures alone = RunFigures.of(
                new RunFigures.Totals(
                        meter.entity(),
                        startedAt,
                        endedAt,
                        1,
                        true,
                        EnergyAmount.total(meter.energy()),
                        BigInteger.ZERO,
                        BigInteger.valueOf(meter.coveredMillis()),
                        BigInteger.valueOf(meter.accountedMillis()),
                        0),
                asOf);
        Figure kwh = alone.energy().kwh();
        return new RunBody.MeterBody(
                meter.site(),
                meter.entity(),
                Metric.byNumber(meter.metric()).map(Metric::dottedName).orElse("metric " + meter.metric()),
                meter.check(),
                EnergyAmount.of(alone.energy(), alone.buckets(), true),
                FigureBody.share(alone.coverage()),
                FigureBody.share(kwh.estimatedShare()),
                alone.coversRun());
    }
}
