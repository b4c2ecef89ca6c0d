package io.joulestream.ingest.world;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The frames of a stamped site, ten seconds of all owners after another. Deterministic. Memory: one template an owner,
 * about five kilobytes. Not for more than one thread.
 */
public final class StampedFeed implements Iterator<FeedRecord> {
    private final StampedSite site;
    private final List<StampedSite.Stamp> stamps;
    private final long spans;
    private long span;
    private int owner = -1;
    private long samples;

    /**
     * @param length whole minutes; the frames that begin at its end are sent too, so that all minutes before it are covered
     * @param history whether frames are marked as an import of old data
     */
    public StampedFeed(StampedSite site, Duration length, boolean history) {
        if (length.toMinutes() < 1 || !length.equals(Duration.ofMinutes(length.toMinutes()))) {
            throw new IllegalArgumentException("a stamped feed lasts whole minutes, was " + length);
        }
        this.site = site;
        this.stamps = site.stamps(history);
        this.spans = length.toMillis() / StampedSite.FRAME_MILLIS + 1;
        findNext();
    }

    @Override
    public boolean hasNext() {
        return span < spans;
    }

    @Override
    public FeedRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        StampedSite.Stamp stamp = stamps.get(owner);
        long number = span / stamp.everyFrames();
        long[] readings = new long[stamp.first().length];
        for (int i = 0; i < readings.length; i++) {
            readings[i] = stamp.first()[i] + number * stamp.perFrame()[i];
        }
        long at = site.start().toEpochMilli() + span * StampedSite.FRAME_MILLIS;
        samples += stamp.samples();
        FeedRecord record = new FeedRecord(stamp.frame().key(), stamp.frame().stamp(at, number + 1, readings));
        findNext();
        return record;
    }

    /** Readings handed out so far. */
    public long samples() {
        return samples;
    }

    private void findNext() {
        do {
            owner++;
            if (owner == stamps.size()) {
                owner = 0;
                span++;
            }
        } while (span < spans && span % stamps.get(owner).everyFrames() != 0);
    }
}
