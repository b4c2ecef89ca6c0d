package io.joulestream.streaming;

import io.joulestream.core.account.BookCodec;
import io.joulestream.core.account.MeterHourBook;
import io.joulestream.core.account.MeterReport;
import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.QuantityStep;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Owners' reports to the quarter hours of a feed and the volumes of a meter of water or fuel, keyed by meter. State: the
 * sums, by UTC hour.
 */
final class AccountMeter extends PublishingOperator<DemandInterval>
        implements OneInputStreamOperator<MeterReport, DemandInterval> {
    static final OutputTag<QuantityStep> QUANTITIES = new OutputTag<>("quantities") {};

    private static final long serialVersionUID = 1;

    private transient HourBooks<MeterHourBook> hours;
    private transient Map<String, OpenMeter> open;

    /** A meter's books that are in use, by hour. */
    private record OpenMeter(MeterReport last, Map<Long, MeterHourBook> books) {}

    static String keyOf(MeterReport report) {
        return report.tenant() + "|" + report.site() + "|" + report.generation() + "|" + report.entity();
    }

    @Override
    public void open() throws Exception {
        super.open();
        hours = new HourBooks<>(
                getRuntimeContext(),
                "meter-hours",
                hour -> new MeterHourBook(),
                (hour, bytes) -> BookCodec.decodeMeterHour(bytes),
                BookCodec::encode);
        open = new TreeMap<>();
    }

    @Override
    public void processElement(StreamRecord<MeterReport> element) throws Exception {
        MeterReport report = element.getValue();
        OpenMeter meter = open.compute(
                keyOf(report), (key, known) -> new OpenMeter(report, known == null ? new TreeMap<>() : known.books()));
        for (FeedDifference difference : report.feed()) {
            book(meter, difference.minute()).add(difference);
        }
        for (QuantityDifference difference : report.quantities()) {
            book(meter, difference.minute()).add(difference);
        }
        if (hours.areTooMany()) {
            publishAll();
        }
    }

    private MeterHourBook book(OpenMeter meter, long minute) throws Exception {
        return hours.at(meter.books(), MeterHourBook.hourOf(minute));
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OpenMeter> meter : open.entrySet()) {
            setCurrentKey(meter.getKey());
            MeterReport last = meter.getValue().last();
            hours.publish(meter.getValue().books(), book -> {
                MeterHourBook.Rows rows = book.publish(
                        last.tenant(), last.site(), last.entity(), last.generation(), last.ledgerStepSeconds());
                rows.demand().forEach(this::emit);
                rows.quantities().forEach(row -> emit(QUANTITIES, row));
            });
        }
        open.clear();
    }
}
