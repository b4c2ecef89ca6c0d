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

    private transient HourBooks<SiteHourBook> hours;
    private transient HourBooks<SitePartBook> partHours;
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
        hours = new HourBooks<>(
                getRuntimeContext(),
                "site-hours",
                hour -> new SiteHourBook(),
                (hour, bytes) -> BookCodec.decodeSiteHour(bytes),
                BookCodec::encode);
        partHours = new HourBooks<>(
                getRuntimeContext(),
                "site-part-hours",
                hour -> new SitePartBook(),
                (hour, bytes) -> SitePartBook.decode(bytes),
                SitePartBook::encode);
        open = new TreeMap<>();
    }

    @Override
    public void processElement(StreamRecord<SiteReport> element) throws Exception {
        SiteReport report = element.getValue();
        OpenSite site = open.compute(
                keyOf(report),
                (key, known) ->
                        known == null ? new OpenSite(report, new TreeMap<>(), new TreeMap<>()) : known.with(report));
        for (RoleDifference difference : report.differences()) {
            hours.at(site.books(), SiteHourBook.hourOf(difference)).add(difference);
        }
        for (PartDifference difference : report.parts()) {
            partHours.at(site.parts(), SitePartBook.hourOf(difference)).add(difference, report.ledgerStepSeconds());
        }
        if (hours.areTooMany() || partHours.areTooMany()) {
            publishAll();
        }
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OpenSite> site : open.entrySet()) {
            setCurrentKey(site.getKey());
            SiteReport last = site.getValue().last();
            hours.publish(
                    site.getValue().books(),
                    book -> book.publish(last.tenant(), last.site(), last.generation(), last.ledgerStepSeconds())
                            .forEach(this::emit));
            partHours.publish(
                    site.getValue().parts(),
                    book -> book.publish(last.tenant(), last.site(), last.generation(), last.ledgerStepSeconds())
                            .forEach(row -> emit(PARTS, row)));
        }
        open.clear();
    }
}
