package io.joulestream.streaming;

import io.joulestream.core.account.BookCodec;
import io.joulestream.core.account.RunHourBook;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.RunReport.StepReport;
import io.joulestream.core.account.TokenCuts;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
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
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Owners' reports to the minutes, ledger steps, meters, extent and training steps of a run at a site, keyed by run and
 * site. State: the sums by UTC hour, the extent, and every training step, so that a corrected step takes back what it
 * replaces.
 */
final class AccountRun extends PublishingOperator<RunStep> implements OneInputStreamOperator<RunReport, RunStep> {
    static final OutputTag<RunMeterStep> METERS = new OutputTag<>("run-meters") {};
    static final OutputTag<RunExtent> EXTENTS = new OutputTag<>("run-extents") {};
    static final OutputTag<TrainingStep> STEPS = new OutputTag<>("training-steps") {};

    private static final long serialVersionUID = 1;

    private transient MapState<Long, byte[]> hours;
    private transient MapState<String, byte[]> steps;
    private transient ValueState<Extent> extents;
    private transient Map<String, OpenRun> open;

    /** From when to when the run was asserted so far, and by how many frames. */
    public record Extent(long fromMillis, long toMillis, long assertions) {}

    /** What of a run is in use between two checkpoints. */
    private static final class OpenRun {
        RunReport last;
        Extent extent;
        final Map<Long, RunHourBook> books = new TreeMap<>();
        final Map<String, StepReport> changedSteps = new HashMap<>();
    }

    static String keyOf(RunReport report) {
        return report.tenant() + "|" + report.site() + "|" + report.generation() + "|" + report.run();
    }

    @Override
    public void open() throws Exception {
        super.open();
        hours = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "run-hours",
                        BasicTypeInfo.LONG_TYPE_INFO,
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        steps = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "training-steps",
                        BasicTypeInfo.STRING_TYPE_INFO,
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        extents = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("run-extent", TypeInformation.of(Extent.class)));
        open = new TreeMap<>();
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
    }

    private void extend(OpenRun run, RunReport report) throws Exception {
        Extent known = run.extent == null ? extents.value() : run.extent;
        run.extent = known == null
                ? new Extent(report.fromMillis(), report.toMillis(), report.assertions())
                : new Extent(
                        Math.min(known.fromMillis(), report.fromMillis()),
                        Math.max(known.toMillis(), report.toMillis()),
                        known.assertions() + report.assertions());
    }

    private void enter(OpenRun run, StepReport step) throws Exception {
        String identity = step.attempt() + "/" + step.step();
        byte[] bytes = steps.get(identity);
        StepReport known = bytes == null ? null : BookCodec.decodeStep(bytes);
        if (known != null && !step.supersedes(known)) {
            return;
        }
        if (known != null) {
            count(run, known, -1);
        }
        count(run, step, 1);
        steps.put(identity, BookCodec.encode(step));
        run.changedSteps.put(identity, step);
    }

    private void count(OpenRun run, StepReport step, int sign) throws Exception {
        for (Map.Entry<Long, Long> minute : TokenCuts.byMinute(step).entrySet()) {
            book(run, RunHourBook.hourOf(minute.getKey())).addTokens(minute.getKey(), sign * minute.getValue());
        }
    }

    private RunHourBook book(OpenRun run, long hour) throws Exception {
        RunHourBook book = run.books.get(hour);
        if (book == null) {
            byte[] bytes = hours.get(hour);
            book = bytes == null ? new RunHourBook() : BookCodec.decodeRunHour(bytes);
            run.books.put(hour, book);
        }
        return book;
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
        for (Map.Entry<Long, RunHourBook> book : run.books.entrySet()) {
            RunHourBook.Rows rows = book.getValue()
                    .publish(last.tenant(), last.site(), last.run(), last.generation(), last.ledgerStepSeconds());
            rows.steps().forEach(this::emit);
            rows.meters().forEach(row -> emit(METERS, row));
            hours.put(book.getKey(), BookCodec.encode(book.getValue()));
        }
        for (StepReport step : run.changedSteps.values()) {
            emit(STEPS, trainingStep(last, step));
        }
        if (run.extent != null) {
            extents.update(run.extent);
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

    /** A step's revision is its place in the order that decides between two reports of it. */
    private static TrainingStep trainingStep(RunReport run, StepReport step) {
        return new TrainingStep(
                run.tenant(),
                run.site(),
                run.run(),
                step.attempt(),
                step.step(),
                Instant.ofEpochMilli(step.fromMillis()),
                Instant.ofEpochMilli(step.toMillis()),
                step.tokens(),
                step.samples(),
                run.generation(),
                step.sequence());
    }
}
