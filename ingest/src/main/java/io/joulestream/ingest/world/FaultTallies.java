package io.joulestream.ingest.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How often each thing was done to a feed, with what must come of it. Not for more than one thread. */
final class FaultTallies {
    /** @param befell when it befell one owner, UTC epoch milliseconds; 0 for what is summed up for a site */
    private record What(String kind, String site, String owner, long befell, String deadLetter, String effect) {}

    private static final class Tally {
        private long count;
        private long fromMillis = Long.MAX_VALUE;
        private long toMillis = Long.MIN_VALUE;

        private void add(long more, long from, long to) {
            count += more;
            fromMillis = Math.min(fromMillis, from);
            toMillis = Math.max(toMillis, to);
        }
    }

    /** Codes by which a frame is refused before its number is looked at, so once more each time it comes. */
    private static final Set<String> REFUSED_EACH_TIME = Set.of("CLOCK_SKEW");

    /** Dead letters that some records must leave each time they come. */
    record Refused(ReadingFault.Target target, long count, String deadLetter, String effect) {}

    private final Map<What, Tally> tallies = new LinkedHashMap<>();
    private List<Refused> refused = new ArrayList<>();

    /** Something of a kind that is summed up for a site as a whole. */
    void add(String kind, String site, String deadLetter, String effect, long atMillis) {
        tallies.computeIfAbsent(new What(kind, site, "", 0, deadLetter, effect), what -> new Tally())
                .add(1, atMillis, atMillis);
    }

    /** Something that befell one owner at one time. */
    void add(ReadingFault.Target target, long count, String deadLetter, String effect) {
        What what = new What(
                target.kind().name(),
                target.site().id(),
                target.entity().owner(),
                target.fromMillis(),
                deadLetter,
                effect);
        tallies.computeIfAbsent(what, w -> new Tally()).add(count, target.fromMillis(), target.toMillis());
        if (REFUSED_EACH_TIME.contains(deadLetter)) {
            refused.add(new Refused(target, count, deadLetter, effect));
        }
    }

    /** What is refused each time of all that was added since the last call. */
    List<Refused> takeRefused() {
        List<Refused> taken = refused;
        refused = new ArrayList<>();
        return taken;
    }

    /** The same records come again. */
    void repeat(List<Refused> again) {
        again.forEach(r -> add(r.target(), r.count(), r.deadLetter(), r.effect()));
        refused.clear();
    }

    List<FaultEntry> entries() {
        List<FaultEntry> entries = new ArrayList<>();
        tallies.forEach((what, tally) -> entries.add(new FaultEntry(
                what.kind(),
                what.site(),
                what.owner(),
                Instant.ofEpochMilli(tally.fromMillis),
                Instant.ofEpochMilli(tally.toMillis),
                tally.count,
                what.deadLetter(),
                what.effect())));
        return entries;
    }
}
