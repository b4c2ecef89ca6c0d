package io.joulestream.api;

import io.joulestream.core.kpi.MeterChecks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;

/**
 * What a site's meters say of each other.
 *
 * @param start first hour looked at; null for a site without data, as is the end
 * @param marks newest first
 */
record ChecksBody(String site, Instant start, Instant end, List<MarkBody> marks) {
    private static final int DECIMALS = 6;

    /** @param share null where the counterpart read nothing */
    record MarkBody(String entity, String metric, Instant start, String code, String against, BigDecimal share) {
        static MarkBody of(MeterChecks.Mark mark) {
            return new MarkBody(
                    mark.entity(),
                    mark.metric().dottedName(),
                    mark.start(),
                    mark.code().name(),
                    mark.against(),
                    mark.share() == null
                            ? null
                            : FigureBody.plain(mark.share().setScale(DECIMALS, RoundingMode.HALF_UP)));
        }
    }

    static ChecksBody of(String site, Instant start, Instant end, List<MeterChecks.Mark> marks) {
        return new ChecksBody(site, start, end, marks.stream().map(MarkBody::of).toList());
    }
}
