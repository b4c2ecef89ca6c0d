package io.joulestream.streaming;

import io.joulestream.core.account.BookCodec;
import io.joulestream.core.account.Extent;
import io.joulestream.core.account.KeptStep;
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
    private transient ValueState<byte[]> extents;
    private transient Map<String, OpenRun> open;

    /** What of a run is in use between two checkpoints. */
    private static final class OpenRun {
        RunReport last;
        Extent extent;
        final Map<Long, RunHourBook> books = new TreeMap<>();
        final Map<String, KeptStep> changedSteps = new HashMap<>();
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
                .getState(new ValueStateDescriptor<>(
                        "run-extent", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
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
        Extent known = run.extent;
        if (known == null) {
            byte[] bytes = extents.value();
            known = bytes == null ? null : BookCodec.decodeExtent(bytes);
        }
        run.extent = Extent.with(known, report);
    }

    private void enter(OpenRun run, StepReport step) throws Exception {
        String identity = step.attempt() + "/" + step.step();
        byte[] bytes = steps.get(identity);
        KeptStep known = bytes == null ? null : BookCodec.decodeStep(bytes);
        if (known != null && !step.supersedes(known.report())) {
            return;
        }
        if (known != null) {
            count(run, known.report(), -1);
        }
        count(run, step, 1);
        KeptStep kept = new KeptStep(step, known == null ? 1 : known.changes() + 1);
        steps.put(identity, BookCodec.encode(kept));
        run.changedSteps.put(identity, kept);
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
        for (KeptStep step : run.changedSteps.values()) {
            emit(STEPS, trainingStep(last, step));
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
                Instant.ofEpochMilli(step.fromMillis()),
                Instant.ofEpochMilli(step.toMillis()),
                step.tokens(),
                step.samples(),
                run.generation(),
                kept.changes());
    }
}
