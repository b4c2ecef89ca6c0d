package io.joulestream.ingest.world;

import java.util.Locale;

/**
 * How a run computes: its training step as a square wave of power, and when it stops to keep a checkpoint or to evaluate.
 *
 * <p>Training repeats a cycle of 30 minutes. A checkpoint ends each tenth minute, an evaluation the 29th; the rest of such
 * a minute, and all of every other, is whole steps.
 */
enum Precision {
    NVFP4(10, 2, 930, 430),
    FP16(17, 3, 880, 480);

    static final int CYCLE_MINUTES = 30;
    private static final int CHECKPOINT_EVERY = 10;
    private static final int CHECKPOINT_TICKS = 240;
    private static final int EVALUATION_MINUTE = 28;
    private static final int EVALUATION_TICKS = 300;

    private final int computeTicks;
    private final int reduceTicks;
    /** Per mille of the GPU's rated power. */
    private final int computePower;

    private final int reducePower;
    private final long[][] levelsBefore = new long[CYCLE_MINUTES + 1][];
    private final int[] stepsBefore = new int[CYCLE_MINUTES + 1];

    Precision(int computeTicks, int reduceTicks, int computePower, int reducePower) {
        this.computeTicks = computeTicks;
        this.reduceTicks = reduceTicks;
        this.computePower = computePower;
        this.reducePower = reducePower;
        levelsBefore[0] = new long[Level.COUNT];
        for (int minute = 0; minute < CYCLE_MINUTES; minute++) {
            levelsBefore[minute + 1] = levelsBefore[minute].clone();
            addMinute(minute, Ticks.MINUTE, levelsBefore[minute + 1]);
            stepsBefore[minute + 1] = stepsBefore[minute] + stepsIn(minute);
        }
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    int computePower() {
        return computePower;
    }

    int reducePower() {
        return reducePower;
    }

    /** Steps finished in the first {@code minutes} of training. */
    long stepsIn(long minutes) {
        return minutes / CYCLE_MINUTES * stepsBefore[CYCLE_MINUTES] + stepsBefore[(int) (minutes % CYCLE_MINUTES)];
    }

    /** Minutes of training up to the last checkpoint that is complete after {@code minutes}. */
    static long minutesKept(long minutes) {
        return minutes / CHECKPOINT_EVERY * CHECKPOINT_EVERY;
    }

    /** Adds to each level the time spent in it during the first {@code ticks} of training. */
    void addTraining(long ticks, long[] levels) {
        long minutes = ticks / Ticks.MINUTE;
        long cycles = minutes / CYCLE_MINUTES;
        int minute = (int) (minutes % CYCLE_MINUTES);
        for (int level = 0; level < Level.COUNT; level++) {
            levels[level] += cycles * levelsBefore[CYCLE_MINUTES][level] + levelsBefore[minute][level];
        }
        addMinute(minute, ticks % Ticks.MINUTE, levels);
    }

    /** The level in force after so many ticks of training. */
    int levelAt(long ticks) {
        int minute = (int) (ticks / Ticks.MINUTE % CYCLE_MINUTES);
        long into = ticks % Ticks.MINUTE;
        if (into >= Ticks.MINUTE - holdTicks(minute)) {
            return holdLevel(minute);
        }
        return into % (computeTicks + reduceTicks) < computeTicks ? Level.compute(this) : Level.reduce(this);
    }

    private void addMinute(int minute, long ticks, long[] levels) {
        long stepping = Math.min(ticks, Ticks.MINUTE - holdTicks(minute));
        long step = computeTicks + reduceTicks;
        long whole = stepping / step;
        long rest = stepping % step;
        levels[Level.compute(this)] += whole * computeTicks + Math.min(rest, computeTicks);
        levels[Level.reduce(this)] += whole * reduceTicks + Math.max(0, rest - computeTicks);
        levels[holdLevel(minute)] += ticks - stepping;
    }

    /** Ticks at the end of a minute of training in which no step is done: 0 in most minutes. */
    static int holdTicks(long minute) {
        return holdTicks((int) (minute % CYCLE_MINUTES));
    }

    /** Whether the hold at the end of such a minute is an evaluation, not the keeping of a checkpoint. */
    static boolean evaluates(long minute) {
        return minute % CYCLE_MINUTES == EVALUATION_MINUTE;
    }

    private int stepsIn(int minute) {
        return (Ticks.MINUTE - holdTicks(minute)) / (computeTicks + reduceTicks);
    }

    private static int holdTicks(int minute) {
        if (minute == EVALUATION_MINUTE) {
            return EVALUATION_TICKS;
        }
        return minute % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1 ? CHECKPOINT_TICKS : 0;
    }

    private static int holdLevel(int minute) {
        return minute == EVALUATION_MINUTE ? Level.EVALUATION : Level.CHECKPOINT;
    }
}
