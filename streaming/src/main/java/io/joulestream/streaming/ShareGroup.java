package io.joulestream.streaming;

import io.joulestream.core.account.GroupHourBook;
import io.joulestream.core.account.GroupHourBook.Unallocated;
import io.joulestream.core.account.GroupHourCodec;
import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.account.SiteReport;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.inventory.EnergyPart;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Owners' reports to the shares of runs, and of nobody, in the energy of a power group's meter, keyed by power group.
 * State: what is known of the group, by UTC hour.
 */
final class ShareGroup extends PublishingOperator<RunReport> implements OneInputStreamOperator<GroupReport, RunReport> {
    /** What nobody holds, for the balance of the site. */
    static final OutputTag<SiteReport> SITE_REPORTS = new OutputTag<>("unallocated") {};

    private static final long serialVersionUID = 1;
    private static final String UNALLOCATED = EnergyPart.unallocated().text();

    private transient HourBooks<GroupHourBook> hours;
    private transient Map<String, OpenGroup> open;

    /** A group's books that are in use, by hour. */
    private record OpenGroup(GroupReport last, Map<Long, GroupHourBook> books) {}

    static String keyOf(GroupReport report) {
        return report.tenant() + "|" + report.site() + "|" + report.generation() + "|" + report.group();
    }

    @Override
    public void open() throws Exception {
        super.open();
        hours = new HourBooks<>(
                getRuntimeContext(), "group-hours", GroupHourBook::new, GroupHourCodec::decode, GroupHourCodec::encode);
        open = new TreeMap<>();
    }

    @Override
    public void processElement(StreamRecord<GroupReport> element) throws Exception {
        GroupReport report = element.getValue();
        OpenGroup group = open.compute(
                keyOf(report), (key, known) -> new OpenGroup(report, known == null ? new TreeMap<>() : known.books()));
        for (Map.Entry<Long, GroupReport> part : report.byHour().entrySet()) {
            hours.at(group.books(), part.getKey()).add(part.getValue());
        }
        if (hours.areTooMany()) {
            publishAll();
        }
    }

    @Override
    void publishAll() throws Exception {
        for (Map.Entry<String, OpenGroup> group : open.entrySet()) {
            setCurrentKey(group.getKey());
            GroupReport last = group.getValue().last();
            hours.publish(group.getValue().books(), book -> giveOut(last, book.publish(last.group())));
        }
        open.clear();
    }

    private void giveOut(GroupReport group, GroupHourBook.Differences differences) {
        differences.runs().forEach((run, shares) -> emit(RunReport.ofShares(group, run, shares)));
        if (!differences.unallocated().isEmpty()) {
            emit(SITE_REPORTS, siteReport(group, differences.unallocated()));
        }
    }

    private static SiteReport siteReport(GroupReport group, List<Unallocated> unallocated) {
        return new SiteReport(
                group.tenant(),
                group.site(),
                group.generation(),
                group.ledgerStepSeconds(),
                List.of(),
                unallocated.stream()
                        .map(rest ->
                                new PartDifference(UNALLOCATED, rest.minute(), rest.energy(), 0, 0, rest.changes()))
                        .toList());
    }
}
