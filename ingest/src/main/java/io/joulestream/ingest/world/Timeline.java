package io.joulestream.ingest.world;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What the nodes of one pool do, from the world's start to two years after its end: idle, start up, train, fail, restore.
 * All of it begins and ends on whole minutes. Immutable; any thread.
 */
final class Timeline {
    private static final int AFTER_END_MINUTES = 2 * 366 * 24 * 60;
    private static final int LONGEST_UNIT = 60 * 60;
    private static final int SHORTEST_UNIT = 40;
    /** Runs that begin after the history are at least this long, whatever the history was. */
    private static final int LIVE_UNIT = 12 * 60;

    private static final int LEAST_IDLE = 6;
    private static final int DOWN_MINUTES = 5;
    private static final int RESTORE_MINUTES = 2;
    private static final int FAILING_RUN = 1;

    private enum Kind {
        IDLE,
        START_UP,
        TRAINING,
        /** Failed, its nodes still reserved. */
        DOWN,
        RESTORE
    }

    /** @param run index, or -1 while no run holds the pool */
    private record Segment(long from, long to, Kind kind, int run, int attempt, long firstStep, long[] before) {}

    /** A stretch of time in which one run, or none, holds the pool. */
    record Holding(long from, long to, int run) {}

    private final Instant worldStart;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Holding> holdings = new ArrayList<>();
    private final List<WorldRun> runs = new ArrayList<>();
    private final List<Precision> precisions = new ArrayList<>();
    private long[] segmentStarts;
    private long[] holdingStarts;

    /** What is common to the runs of a pool. */
    record Pool(String site, String name, boolean nvfp4First, boolean fails, long tokensPerStep, long samplesPerStep) {}

    Timeline(Pool pool, SplittableRandom random, Instant worldStart, long endTick) {
        this.worldStart = worldStart;
        long end = endTick / Ticks.MINUTE;
        long unit = Math.max(SHORTEST_UNIT, Math.min(LONGEST_UNIT, end / 14));
        long minute = 0;
        while (minute < end + AFTER_END_MINUTES) {
            long scale = minute < end ? unit : Math.max(unit, LIVE_UNIT);
            long begin = minute + Math.max(LEAST_IDLE, scale * (50 + random.nextInt(100)) / 1500);
            int least = pool.fails() && runs.size() == FAILING_RUN ? 100 : 60;
            long stop = begin + scale * (least + random.nextInt(141 - least)) / 100;
            if (stop > end - unit / 2 && stop < end + unit / 5) {
                stop = end + unit / 5 + random.nextInt((int) unit / 2);
            }
            add(minute, begin, Kind.IDLE, -1, 0, 0);
            holdings.add(new Holding(minute * Ticks.MINUTE, begin * Ticks.MINUTE, -1));
            addRun(pool, begin, stop);
            minute = stop;
        }
        segmentStarts = segments.stream().mapToLong(Segment::from).toArray();
        holdingStarts = holdings.stream().mapToLong(Holding::from).toArray();
    }

    private void addRun(Pool pool, long begin, long stop) {
        int index = runs.size();
        Precision precision = pool.nvfp4First() == (index % 2 == 0) ? Precision.NVFP4 : Precision.FP16;
        String id = pool.site() + "-" + pool.name() + (index < 9 ? "0" : "") + (index + 1) + "-" + precision.word();
        precisions.add(precision);
        holdings.add(new Holding(begin * Ticks.MINUTE, stop * Ticks.MINUTE, index));
        List<WorldRun.Attempt> attempts = new ArrayList<>();
        add(begin, begin + 1, Kind.START_UP, index, 1, 0);
        long failed = begin + 1 + (stop - begin) / 2 / 10 * 10 + 7;
        long again = failed + DOWN_MINUTES + RESTORE_MINUTES + 1;
        if (pool.fails() && index == FAILING_RUN && again + 1 < stop) {
            long kept = precision.stepsIn(Precision.minutesKept(failed - begin - 1));
            add(begin + 1, failed, Kind.TRAINING, index, 1, 0);
            add(failed, failed + DOWN_MINUTES, Kind.DOWN, index, 1, 0);
            add(failed + DOWN_MINUTES, again - 1, Kind.RESTORE, index, 2, kept);
            add(again - 1, again, Kind.START_UP, index, 2, kept);
            add(again, stop, Kind.TRAINING, index, 2, kept);
            attempts.add(new WorldRun.Attempt(1, at(begin + 1), at(failed), 0, kept));
            attempts.add(new WorldRun.Attempt(2, at(again), at(stop), kept, precision.stepsIn(stop - again)));
        } else {
            add(begin + 1, stop, Kind.TRAINING, index, 1, 0);
            attempts.add(new WorldRun.Attempt(1, at(begin + 1), at(stop), 0, precision.stepsIn(stop - begin - 1)));
        }
        runs.add(new WorldRun(
                id,
                pool.site(),
                precision.name(),
                at(begin),
                at(stop),
                pool.tokensPerStep(),
                pool.samplesPerStep(),
                attempts));
    }

    private void add(long fromMinute, long toMinute, Kind kind, int run, int attempt, long firstStep) {
        long[] before = new long[Level.COUNT];
        if (!segments.isEmpty()) {
            Segment last = segments.get(segments.size() - 1);
            System.arraycopy(last.before(), 0, before, 0, before.length);
            addWithin(last, last.to() - last.from(), before);
        }
        segments.add(
                new Segment(fromMinute * Ticks.MINUTE, toMinute * Ticks.MINUTE, kind, run, attempt, firstStep, before));
    }

    /** The time spent in each level from the world's start to {@code tick}. */
    long[] timeInLevels(long tick) {
        Segment segment = segmentAt(tick);
        long[] levels = segment.before().clone();
        addWithin(segment, tick - segment.from(), levels);
        return levels;
    }

    /** The level in force from {@code tick} on. */
    int levelAt(long tick) {
        Segment segment = segmentAt(tick);
        long into = tick - segment.from();
        return switch (segment.kind()) {
            case IDLE, DOWN -> Level.IDLE;
            case START_UP -> into < Ticks.MINUTE / 2 ? Level.RAMP : Level.WARM_UP;
            case RESTORE -> Level.RESTORE;
            case TRAINING -> precisions.get(segment.run()).levelAt(into);
        };
    }

    private void addWithin(Segment segment, long ticks, long[] levels) {
        switch (segment.kind()) {
            case IDLE, DOWN -> levels[Level.IDLE] += ticks;
            case START_UP -> {
                levels[Level.RAMP] += Math.min(ticks, Ticks.MINUTE / 2);
                levels[Level.WARM_UP] += Math.max(0, ticks - Ticks.MINUTE / 2);
            }
            case RESTORE -> levels[Level.RESTORE] += ticks;
            case TRAINING -> precisions.get(segment.run()).addTraining(ticks, levels);
        }
    }

    /** Who holds the pool in the instants just before {@code tick}: {@code from < tick <= to}; at 0, from 0 on. */
    Holding holdingBefore(long tick) {
        return holdings.get(indexOf(holdingStarts, Math.max(0, tick - 1)));
    }

    /** Stretches that have begun before {@code until}, in order. */
    List<Holding> holdings(long until) {
        return holdings.stream().filter(h -> h.from() < until).toList();
    }

    WorldRun run(int index) {
        return runs.get(index);
    }

    /** Runs that have begun before {@code until}. */
    List<WorldRun> runs(long until) {
        return holdings(until).stream()
                .filter(h -> h.run() >= 0)
                .map(h -> runs.get(h.run()))
                .toList();
    }

    /**
     * The log lines written after {@code from} and not after {@code to}: for each minute of training one at the end of its
     * steps and, where it has a hold, one at the end of that; for all else that a run does one at its end.
     */
    void forEachLogLine(long from, long to, Consumer<WorldRun.LogLine> consumer) {
        for (int i = indexOf(segmentStarts, from);
                i < segments.size() && segments.get(i).from() < to;
                i++) {
            Segment segment = segments.get(i);
            Consumer<WorldRun.LogLine> written = line -> {
                long at = Ticks.since(worldStart, line.to());
                if (at > from && at <= to) {
                    consumer.accept(line);
                }
            };
            switch (segment.kind()) {
                case IDLE -> {
                    // nobody's
                }
                case START_UP -> written.accept(line(segment, WorldRun.Phase.START_UP));
                case DOWN -> written.accept(line(segment, WorldRun.Phase.IDLE));
                case RESTORE -> written.accept(line(segment, WorldRun.Phase.RESTORE));
                case TRAINING -> forEachTrainingLine(segment, from, to, written);
            }
        }
    }

    private WorldRun.LogLine line(Segment segment, WorldRun.Phase phase) {
        return line(segment, phase, segment.firstStep(), segment.from(), segment.to(), 0, segment.firstStep());
    }

    private void forEachTrainingLine(Segment segment, long from, long to, Consumer<WorldRun.LogLine> written) {
        Precision precision = precisions.get(segment.run());
        long first = Math.max(0, (from - segment.from()) / Ticks.MINUTE);
        long last = (Math.min(to, segment.to()) - segment.from() + Ticks.MINUTE - 1) / Ticks.MINUTE;
        for (long minute = first; minute < last; minute++) {
            long start = segment.from() + minute * Ticks.MINUTE;
            long hold = start + Ticks.MINUTE - Precision.holdTicks(minute);
            long before = precision.stepsIn(minute);
            long steps = precision.stepsIn(minute + 1) - before;
            long step = segment.firstStep() + before + steps;
            long kept = segment.firstStep() + precision.stepsIn(Precision.minutesKept(minute));
            written.accept(line(segment, WorldRun.Phase.TRAIN, step, start, hold, steps, kept));
            if (hold < start + Ticks.MINUTE) {
                boolean evaluates = Precision.evaluates(minute);
                written.accept(line(
                        segment,
                        evaluates ? WorldRun.Phase.EVALUATE : WorldRun.Phase.CHECKPOINT,
                        step,
                        hold,
                        start + Ticks.MINUTE,
                        0,
                        evaluates ? kept : step));
            }
        }
    }

    private WorldRun.LogLine line(
            Segment segment, WorldRun.Phase phase, long step, long from, long to, long steps, long checkpointStep) {
        return new WorldRun.LogLine(
                runs.get(segment.run()).id(),
                segment.attempt(),
                phase,
                step,
                worldStart.plusMillis(from * Ticks.MILLIS),
                worldStart.plusMillis(to * Ticks.MILLIS),
                steps,
                checkpointStep);
    }

    private Instant at(long minute) {
        return worldStart.plusSeconds(60 * minute);
    }

    private Segment segmentAt(long tick) {
        if (tick < 0 || tick > segments.get(segments.size() - 1).to()) {
            throw new IllegalArgumentException("the world has nothing at "
                    + worldStart.plusMillis(tick * Ticks.MILLIS) + "; it begins at " + worldStart
                    + " and ends two years after its history");
        }
        return segments.get(indexOf(segmentStarts, tick));
    }

    /** Of the last start at or before {@code tick}. */
    private static int indexOf(long[] starts, long tick) {
        int low = 0;
        int high = starts.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= tick) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
