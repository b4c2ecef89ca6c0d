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
 * @param flagged hours of channels that the job itself has marked, newest first
 */
record ChecksBody(String site, Instant start, Instant end, List<MarkBody> marks, List<FlaggedBody> flagged) {
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

    /** @param flags names of ledger flags set in any minute of the hour, in their order */
    record FlaggedBody(String entity, String metric, Instant start, List<String> flags) {
        static FlaggedBody of(MeterChecks.Flagged hour) {
            return new FlaggedBody(
                    hour.entity(),
                    hour.metric().dottedName(),
                    hour.start(),
                    hour.flags().stream().map(Enum::name).toList());
        }
    }

    /** Of a site without data. */
    static ChecksBody none(String site) {
        return new ChecksBody(site, null, null, List.of(), List.of());
    }

    static ChecksBody of(
            String site, Instant start, Instant end, List<MeterChecks.Mark> marks, List<MeterChecks.Flagged> flagged) {
        return new ChecksBody(
                site,
                start,
                end,
                marks.stream().map(MarkBody::of).toList(),
                flagged.stream().map(FlaggedBody::of).toList());
    }
}
