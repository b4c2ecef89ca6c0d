package io.joulestream.app;

import io.joulestream.core.inventory.SiteKind;
import io.joulestream.storage.Database;
import io.joulestream.storage.KeptMinutes;
import io.joulestream.storage.MinuteRules;
import io.joulestream.storage.SiteStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it, now and then, that minutes are kept as long as is set and no longer. Any number of processes may do so. */
final class MinuteKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MinuteKeeper.class);
    private static final String MINUTES_NOT_REMOVED = "MINUTES_NOT_REMOVED";
    private static final Duration FIRST_AFTER = Duration.ofMinutes(1);
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final Database database;
    private final MinuteRules rules;
    private final Rounds rounds = new Rounds(
            "minutes",
            PERIOD,
            MINUTES_NOT_REMOVED,
            "minutes beyond what is to be kept are not removed",
            () -> once().ifPresent(kept -> LOG.info("{}", told(kept))));

    /** @throws UserError if less is to be kept than the sites' late readings may change */
    MinuteKeeper(Database database, MinuteRules rules) {
        refuseTooShort(rules, longestAcceptHistory(database.sites()));
        this.database = database;
        this.rules = rules;
    }

    static void refuseTooShort(MinuteRules rules, Duration acceptHistory) {
        refuseTooShort("keep-channel-minutes", rules.channelMinutes(), acceptHistory);
        refuseTooShort("keep-minutes", rules.minutes(), acceptHistory);
    }

    private static void refuseTooShort(String setting, Duration keep, Duration acceptHistory) {
        Duration least = MinuteRules.least(acceptHistory);
        if (keep.compareTo(least) < 0) {
            throw new UserError(
                    "joulestream.storage." + setting + " is " + keep.toDays() + "d, and late readings may change"
                            + " minutes that are " + acceptHistory + " old (acceptHistory): set it to at least "
                            + (least.minusNanos(1).toDays() + 1) + "d");
        }
    }

    /** Of any version of any site of any tenant; where there is none, the longest that a site has without asking for it. */
    static Duration longestAcceptHistory(SiteStore sites) {
        return longestAcceptHistory(sites.allTexts());
    }

    /** A text that an earlier release stored and this one cannot read asks for nothing: nothing is accepted by it now. */
    static Duration longestAcceptHistory(List<String> texts) {
        return Stream.concat(
                        Stream.of(SiteKind.EDGE.defaultAcceptHistory()),
                        texts.stream().flatMap(text -> acceptHistory(text).stream()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Optional<Duration> acceptHistory(String text) {
        try {
            return Optional.of(SiteRegistry.parsed(text).acceptHistory());
        } catch (UserError e) {
            LOG.warn("how long a site accepts late readings is not known of one of its versions: {}", e.getMessage());
            return Optional.empty();
        }
    }

    void start() {
        rounds.startAfter(FIRST_AFTER);
    }

    /** Why the last round failed; empty when it did not. */
    Optional<Concern> problem() {
        return rounds.problem();
    }

    /** Returns how long to wait for the next one. */
    Duration round() {
        return rounds.round();
    }

    /** One round now; empty while another process is at it. A site that accepts older readings since makes it keep more. */
    Optional<KeptMinutes> once() throws InterruptedException {
        return database.keepMinutes(rules, longestAcceptHistory(database.sites()));
    }

    static String told(KeptMinutes kept) {
        return "minutes of channels are kept from " + kept.channelMinutesFrom() + ", of sites and runs from "
                + kept.minutesFrom() + "; " + kept.rowsRemoved() + " rows and " + kept.chunksRemoved()
                + " chunks removed"
                + (kept.chunksCompressed() == 0
                        ? ""
                        : ", " + kept.chunksCompressed() + " chunks put into the columnstore")
                + kept.chunkLength()
                        .map(length -> ", new chunks hold " + length)
                        .orElse("");
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }
}
