package io.joulestream.ingest.world;

import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes wrong with the readings of one owner after one instant and before another, both with a good reading.
 *
 * <p>Where it happens follows from the world and the plan of the feed alone, so what readings cannot tell is known before
 * anybody reads. Not for more than one thread.
 */
abstract class ReadingFault {
    private final Target target;
    private final FaultTallies tallies;

    /**
     * Whom a fault befalls and when.
     *
     * @param entity whose counter it befalls, or whose owner
     * @param fromTick of the last good reading, on a whole minute
     * @param toTick of the first good one, on a whole minute
     */
    record Target(Fault kind, WorldSite site, WorldEntity entity, long fromTick, long toTick) {
        long fromMillis() {
            return millis(fromTick);
        }

        long toMillis() {
            return millis(toTick);
        }

        int fromMinute() {
            return (int) (fromTick / Ticks.MINUTE);
        }

        int toMinute() {
            return (int) (toTick / Ticks.MINUTE);
        }

        long millis(long tick) {
            return site.start().toEpochMilli() + tick * Ticks.MILLIS;
        }
    }

    ReadingFault(Target target, FaultTallies tallies) {
        this.target = target;
        this.tallies = tallies;
    }

    final Target target() {
        return target;
    }

    /** What becomes of a frame of the owner, in order. */
    List<TelemetryFrame> befall(TelemetryFrame frame) {
        if (frame.getT0Ms() >= target.toMillis() || Pieces.lastMillis(frame) <= target.fromMillis()) {
            return List.of(frame);
        }
        List<TelemetryFrame> result = new ArrayList<>();
        for (TelemetryFrame piece : Pieces.cut(frame, target.fromMillis(), target.toMillis() - 1)) {
            boolean inside = piece.getT0Ms() > target.fromMillis() && piece.getT0Ms() < target.toMillis();
            result.addAll(inside ? change(piece) : List.of(piece));
        }
        return result;
    }

    /** What becomes of a frame whose readings all lie inside. */
    abstract List<TelemetryFrame> change(TelemetryFrame frame);

    /** Whether a frame, once numbered, never arrives. */
    boolean loses(TelemetryFrame frame) {
        return false;
    }

    /** Whether a frame as it is told is refused before anything of it, its number included, reaches the ledger. */
    boolean refusesWhole(TelemetryFrame told) {
        return false;
    }

    /** How far the agent that tells this frame says that its clock is ahead; 0 where it is right or nobody has looked. */
    long clockMillis(TelemetryFrame told) {
        return 0;
    }

    /** What readings cannot tell after this. */
    abstract List<Doubt> doubts();

    final boolean isOfRecord(Entity entity, Series series) {
        return entity.getEntityId().equals(target.entity().id())
                && target.entity()
                        .counter()
                        .filter(counter -> counter.metric() == series.getMetric())
                        .isPresent();
    }

    final void tally(long count, String deadLetter, String effect) {
        if (count > 0) {
            tallies.add(target, count, deadLetter, effect);
        }
    }

    final Doubt bridged(WorldEntity entity) {
        return Doubt.bridged(target.site(), entity, target.fromMinute(), target.toMinute());
    }

    /** The entities of the owner whose counters are sent. */
    final List<WorldEntity> counted(boolean withGpus) {
        return target.site().entities().stream()
                .filter(e -> e.owner().equals(target.entity().owner()))
                .filter(e -> e.counter().isPresent() && (withGpus || !e.isGpu()))
                .toList();
    }
}
