package io.joulestream.streaming;

import io.joulestream.core.account.BookCodec;
import io.joulestream.core.account.SiteHourBook;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.ledger.SiteStep;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Owners' reports to the minutes and ledger steps of their site, keyed by site. State: the sums, by UTC hour. */
final class BalanceSite extends PublishingOperator<SiteStep> implements OneInputStreamOperator<SiteReport, SiteStep> {
    private static final long serialVersionUID = 1;

    private transient MapState<Long, byte[]> hours;
    private transient Map<String, OpenSite> open;

    /** A site's books that are in use, by hour. */
    private record OpenSite(SiteReport last, Map<Long, SiteHourBook> books) {}

    static String keyOf(SiteReport report) {
        return report.tenant() + "|" + report.site() + "|" + report.generation();
    }

    @Override
    public void open() throws Exception {
        super.open();
        hours = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>(
                        "site-hours",
                        BasicTypeInfo.LONG_TYPE_INFO,
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        open = new TreeMap<>();
    }

    @Override
    public void processElement(StreamRecord<SiteReport> element) throws Exception {
        SiteReport report = element.getValue();
        OpenSite site = open.compute(
                keyOf(report), (key, known) -> new OpenSite(report, known == null ? new TreeMap<>() : known.books()));
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
        }
        open.clear();
    }
}
