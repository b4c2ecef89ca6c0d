package io.joulestream.ingest.world;

import static java.util.Objects.requireNonNull;

import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What the sensors of a world report, as frames. Deterministic: one world and plan, asked for the same spans, give the same
 * bytes.
 *
 * <p>Frames are made when asked for, a window of at most an hour of one site at a time, so a feed of a month needs no more
 * memory than one of an hour. While readings come by the minute a frame spans at most an hour, after that 10 s of a
 * hyperscale site and 60 s of an edge site. Frames of the history are marked as such and carry no time of sending, later
 * ones that of their last reading. Not for more than one thread.
 */
public final class Feed {
    private final World world;
    private final List<SiteFeed> sites;
    private long position = -1;
    private Iterator<TelemetryFrame> unread;

    public Feed(World world, FeedPlan plan) {
        this.world = requireNonNull(world, "world");
        Incidents incidents = Incidents.of(world, plan);
        this.sites = world.sites().stream()
                .map(site -> new SiteFeed(world, site, plan, incidents))
                .toList();
    }

    /**
     * The frames with the readings after {@code from} up to and including {@code to}, lazily, by the time of their last
     * reading. The first call starts at any whole minute and has a reading there too; each later one must start where the
     * one before ended, and only when that was read to its end.
     *
     * @throws IllegalArgumentException if it does not
     */
    public Iterator<TelemetryFrame> framesBetween(Instant from, Instant to) {
        long begin = Ticks.since(world.start(), from);
        long stop = Ticks.since(world.start(), to);
        if (stop < begin || stop % Ticks.SECOND != 0) {
            throw new IllegalArgumentException("ends on a whole second not before " + from + ", was " + to);
        }
        if (position < 0 ? begin < 0 || begin % Ticks.MINUTE != 0 : begin != position) {
            throw new IllegalArgumentException(
                    position < 0
                            ? "a feed begins on a whole minute of the world, was " + from
                            : "this feed goes on at " + world.start().plusMillis(position * Ticks.MILLIS)
                                    + ", was asked for " + from);
        }
        if (unread != null && unread.hasNext()) {
            throw new IllegalArgumentException("the frames before " + from + " were not all read");
        }
        boolean opening = position < 0;
        position = stop;
        sites.forEach(site -> site.extend(begin, stop, opening));
        unread = new InOrder();
        return unread;
    }

    /** Readings handed out so far; a slot without a value does not count. */
    public long samples() {
        return sites.stream().mapToLong(SiteFeed::samples).sum();
    }

    /** Merges the sites by the time of a frame's last reading. */
    private final class InOrder implements Iterator<TelemetryFrame> {
        @Override
        public boolean hasNext() {
            return sites.stream().anyMatch(SiteFeed::hasNext);
        }

        @Override
        public TelemetryFrame next() {
            SiteFeed first = null;
            for (SiteFeed site : sites) {
                if (site.hasNext() && (first == null || site.nextLastTick() < first.nextLastTick())) {
                    first = site;
                }
            }
            if (first == null) {
                throw new NoSuchElementException();
            }
            return first.next();
        }
    }
}
