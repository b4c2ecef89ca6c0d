package io.joulestream.streaming;

import io.joulestream.core.account.BookCodec;
import io.joulestream.core.account.Extent;
import io.joulestream.core.account.KeptCheckpoint;
import io.joulestream.core.account.KeptPhase;
import io.joulestream.core.account.KeptStep;
import io.joulestream.core.account.RunHourBook;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.CheckpointReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.RunReport.PhaseReport;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.TokenCuts;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.TrainingStep;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Owners' reports to the minutes, ledger steps, meters, extent, training steps, phases and checkpoints of a run at a site,
 * keyed by run and site. State: the sums by UTC hour, the extent, and every job amount, so that a corrected step takes back
 * what it replaces.
 */
final class AccountRun extends PublishingOperator<RunStep> implements OneInputStreamOperator<RunReport, RunStep> {
    static final OutputTag<RunMeterStep> METERS = new OutputTag<>("run-meters") {};
    static final OutputTag<RunExtent> EXTENTS = new OutputTag<>("run-extents") {};
    static final OutputTag<TrainingStep> STEPS = new OutputTag<>("training-steps") {};
    static final OutputTag<RunPhase> PHASES = new OutputTag<>("run-phases") {};
    static final OutputTag<RunCheckpoint> CHECKPOINTS = new OutputTag<>("run-checkpoints") {};

    static final OutputTag<DemandInterval> DEMAND = new OutputTag<>("run-demand") {};

    private static final long serialVersionUID = 1;

    private transient HourBooks<RunHourBook> hours;
    private transient MapState<String, byte[]> steps;
    private transient MapState<String, byte[]> phases;
    private transient MapState<String, byte[]> checkpoints;
    private transient ValueState<byte[]> extents;
    private transient Map<String, OpenRun> open;

    /** What of a run is in use between two checkpoints. */
    private static final class OpenRun {
        RunReport last;
        Extent extent;
        final Map<Long, RunHourBook> books = new TreeMap<>();
        final Map<String, KeptStep> changedSteps = new HashMap<>();
        final Map<String, KeptPhase> changedPhases = new HashMap<>();
        final Map<String, KeptCheckpoint> changedCheckpoints = new HashMap<>();
    }

    static String keyOf(RunReport report) {
        return report.tenant() + "|" + report.site() + "|" + report.generation() + "|" + report.run();
    }

    @Override
    public void open() throws Exception {
        super.open();
        hours = new HourBooks<>(
                getRuntimeContext(),
                "run-hours",
                hour -> new RunHourBook(),
                (hour, bytes) -> BookCodec.decodeRunHour(bytes),
                BookCodec::encode);
        steps = byIdentity("training-steps");
        phases = byIdentity("run-phases");
        checkpoints = byIdentity("run-checkpoints");
        extents = getRuntimeContext()
                .getState(new ValueStateDescriptor<>(
                        "run-extent", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        open = new TreeMap<>();
    }

    private MapState<String, byte[]> byIdentity(String name) {
        return getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        name, BasicTypeInfo.STRING_TYPE_INFO, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(StreamRecord<RunReport> element) throws Exception {
        RunReport report = element.getValue();
        OpenRun run = open.computeIfAbsent(keyOf(report), key -> new OpenRun());
        run.last = report;
        if (report.assertions() > 0) {
            extend(run, report);
        }
        for (MeterDifference difference : report.differences()) {
            book(run, RunHourBook.hourOf(difference.minute())).add(difference, report.ledgerStepSeconds());
        }
        for (StepReport step : report.steps()) {
            enter(run, step);
        }
        for (PhaseReport phase : report.phases()) {
            enter(run, phase);
        }
        for (CheckpointReport checkpoint : report.checkpoints()) {
            enter(run, checkpoint);
        }
        if (hours.areTooMany()) {
            publishAll();
        }
    }

    private void extend(OpenRun run, RunReport report) throws Exception {
        Extent known = run.extent;
        if (known == null) {
            byte[] bytes = extents.value();
            known = bytes == null ? null : BookCodec.decodeExtent(bytes);
        }
        run.extent = Extent.with(known, report);
    }

    /**
     * Every report is a change of its step's row. In its minutes one that holds is one change, and one that does not is two,
     * whether it was displaced or never held: so revisions follow from the set of reports, and grow with it.
     */
    private void enter(OpenRun run, StepReport step) throws Exception {
        String identity = step.attempt() + "/" + step.step();
        byte[] bytes = steps.get(identity);
        KeptStep known = bytes == null ? null : BookCodec.decodeStep(bytes);
        KeptStep kept = known == null ? new KeptStep(step, 1) : known.with(step);
        count(run, step, 1);
        if (known != null) {
            count(run, kept.report() == step ? known.report() : step, -1);
        }
        steps.put(identity, BookCodec.encode(kept));
        run.changedSteps.put(identity, kept);
    }

    private void enter(OpenRun run, PhaseReport phase) throws Exception {
        String identity = phase.attempt() + "/" + phase.toMillis();
        byte[] bytes = phases.get(identity);
        KeptPhase kept = bytes == null
                ? new KeptPhase(phase, 1)
                : BookCodec.decodePhase(bytes).with(phase);
        phases.put(identity, BookCodec.encode(kept));
        run.changedPhases.put(identity, kept);
    }

    private void enter(OpenRun run, CheckpointReport checkpoint) throws Exception {
        String identity = checkpoint.attempt() + "/" + checkpoint.step();
        byte[] bytes = checkpoints.get(identity);
        KeptCheckpoint kept = bytes == null
                ? new KeptCheckpoint(checkpoint, 1)
                : BookCodec.decodeCheckpoint(bytes).with(checkpoint);
        checkpoints.put(identity, BookCodec.encode(kept));
        run.changedCheckpoints.put(identity, kept);
    }

    private void count(OpenRun run, StepReport step, int sign) throws Exception {
        for (Map.Entry<Long, Long> minute : TokenCuts.byMinute(step).entrySet()) {
            book(run, RunHourBook.hourOf(minute.getKey())).addTokens(minute.getKey(), sign * minute.getValue());
        }
    }

    private RunHourBook book(OpenRun run, long hour) throws Exception {
        return hours.at(run.books, hour);
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OpenRun> run : open.entrySet()) {
            setCurrentKey(run.getKey());
            publish(run.getValue());
        }
        open.clear();
    }

    private void publish(OpenRun run) throws Exception {
        RunReport last = run.last;
        hours.publish(run.books, book -> {
            RunHourBook.Rows rows =
                    book.publish(last.tenant(), last.site(), last.run(), last.generation(), last.ledgerStepSeconds());
            rows.steps().forEach(this::emit);
            rows.meters().forEach(row -> emit(METERS, row));
            rows.demand().forEach(row -> emit(DEMAND, row));
        });
        for (KeptStep step : run.changedSteps.values()) {
            emit(STEPS, trainingStep(last, step));
        }
        for (KeptPhase phase : run.changedPhases.values()) {
            emit(PHASES, runPhase(last, phase));
        }
        for (KeptCheckpoint checkpoint : run.changedCheckpoints.values()) {
            emit(CHECKPOINTS, runCheckpoint(last, checkpoint));
        }
        if (run.extent != null) {
            extents.update(BookCodec.encode(run.extent));
            emit(EXTENTS, extent(last, run.extent));
        }
    }

    private static RunExtent extent(RunReport run, Extent extent) {
        return new RunExtent(
                run.tenant(),
                run.site(),
                run.run(),
                Instant.ofEpochMilli(extent.fromMillis()),
                Instant.ofEpochMilli(extent.toMillis()),
                run.generation(),
                extent.assertions());
    }

    private static TrainingStep trainingStep(RunReport run, KeptStep kept) {
        StepReport step = kept.report();
        return new TrainingStep(
                run.tenant(),
                run.site(),
                run.run(),
                step.attempt(),
                step.step(),
                step.afterStep(),
                Instant.ofEpochMilli(step.fromMillis()),
                Instant.ofEpochMilli(step.toMillis()),
                step.tokens(),
                step.effectiveTokens(),
                step.samples(),
                step.reportedMicrojoules(),
                run.generation(),
                kept.changes());
    }

    private static RunPhase runPhase(RunReport run, KeptPhase kept) {
        PhaseReport phase = kept.report();
        return new RunPhase(
                run.tenant(),
                run.site(),
                run.run(),
                phase.attempt(),
                phase.phase(),
                Instant.ofEpochMilli(phase.fromMillis()),
                Instant.ofEpochMilli(phase.toMillis()),
                run.generation(),
                kept.changes());
    }

    private static RunCheckpoint runCheckpoint(RunReport run, KeptCheckpoint kept) {
        CheckpointReport checkpoint = kept.report();
        return new RunCheckpoint(
                run.tenant(),
                run.site(),
                run.run(),
                checkpoint.attempt(),
                checkpoint.step(),
                Instant.ofEpochMilli(checkpoint.atMillis()),
                run.generation(),
                kept.changes());
    }
}
