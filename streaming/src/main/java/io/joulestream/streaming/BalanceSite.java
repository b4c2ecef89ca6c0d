package io.joulestream.streaming;

import io.joulestream.core.account.BookCodec;
import io.joulestream.core.account.SiteHourBook;
import io.joulestream.core.account.SitePartBook;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Owners' and power groups' reports to the minutes and ledger steps of their site and to the parts of its balance, keyed by
 * site. State: the sums, by UTC hour.
 */
final class BalanceSite extends PublishingOperator<SiteStep> implements OneInputStreamOperator<SiteReport, SiteStep> {
    static final OutputTag<SitePart> PARTS = new OutputTag<>("site-parts") {};

    private static final long serialVersionUID = 1;

    private transient MapState<Long, byte[]> hours;
    private transient MapState<Long, byte[]> partHours;
    private transient Map<String, OpenSite> open;

    /** A site's books that are in use, by hour. */
    private record OpenSite(SiteReport last, Map<Long, SiteHourBook> books, Map<Long, SitePartBook> parts) {
        OpenSite with(SiteReport report) {
            return new OpenSite(report, books, parts);
        }
    }

    static String keyOf(SiteReport report) {
        return report.tenant() + "|" + report.site() + "|" + report.generation();
    }

    @Override
    public void open() throws Exception {
        super.open();
        hours = byHour("site-hours");
        partHours = byHour("site-part-hours");
        open = new TreeMap<>();
    }

    private MapState<Long, byte[]> byHour(String name) {
        return getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        name, BasicTypeInfo.LONG_TYPE_INFO, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(StreamRecord<SiteReport> element) throws Exception {
        SiteReport report = element.getValue();
        OpenSite site = open.compute(
                keyOf(report),
                (key, known) ->
                        known == null ? new OpenSite(report, new TreeMap<>(), new TreeMap<>()) : known.with(report));
        for (RoleDifference difference : report.differences()) {
            long hour = SiteHourBook.hourOf(difference);
            SiteHourBook book = site.books().get(hour);
            if (book == null) {
                byte[] bytes = hours.get(hour);
                book = bytes == null ? new SiteHourBook() : BookCodec.decodeSiteHour(bytes);
                site.books().put(hour, book);
            }
            book.add(difference);
        }
        for (PartDifference difference : report.parts()) {
            long hour = SitePartBook.hourOf(difference);
            SitePartBook book = site.parts().get(hour);
            if (book == null) {
                byte[] bytes = partHours.get(hour);
                book = bytes == null ? new SitePartBook() : SitePartBook.decode(bytes);
                site.parts().put(hour, book);
            }
            book.add(difference, report.ledgerStepSeconds());
        }
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OpenSite> site : open.entrySet()) {
            setCurrentKey(site.getKey());
            SiteReport last = site.getValue().last();
            for (Map.Entry<Long, SiteHourBook> book : site.getValue().books().entrySet()) {
                book.getValue()
                        .publish(last.tenant(), last.site(), last.generation(), last.ledgerStepSeconds())
                        .forEach(this::emit);
                hours.put(book.getKey(), BookCodec.encode(book.getValue()));
            }
            for (Map.Entry<Long, SitePartBook> book : site.getValue().parts().entrySet()) {
                book.getValue()
                        .publish(last.tenant(), last.site(), last.generation(), last.ledgerStepSeconds())
                        .forEach(row -> emit(PARTS, row));
                partHours.put(book.getKey(), book.getValue().encode());
            }
        }
        open.clear();
    }
}
