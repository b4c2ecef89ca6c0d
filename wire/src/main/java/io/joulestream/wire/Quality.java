package io.joulestream.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a sample's source or a check says about it. The numbers are part of the wire contract. */
public enum Quality {
    GOOD(0),
    ESTIMATED(1),
    /** The same cached sample seen again. */
    STALE(2),
    SUSPECT(3),
    CLOCK_SUSPECT(4),
    /** First sample of a new counter epoch. */
    RESET(5),
    /** The slot has no value. */
    MISSING(6),
    /** The meter of record was replaced by another. */
    SUBSTITUTED(7),
    MANUAL(8);

    private static final Quality[] BY_NUMBER = values();

    private final int number;

    Quality(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Whether energy may be computed from the sample. */
    public boolean usableForEnergy() {
        return this != STALE && this != MISSING;
    }

    /** Empty where the number is not known. */
    public static Optional<Quality> of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /**
     * One quality per slot.
     *
     * @param runs pairs (count, number) as in quality_runs; empty means all GOOD
     * @throws IllegalArgumentException if the runs did not come from {@link FrameCodec#decode} and break its rules
     */
    public static Quality[] expand(List<Integer> runs, int slots) {
        violation(runs, slots).ifPresent(what -> {
            throw new IllegalArgumentException(what);
        });
        Quality[] qualities = new Quality[slots];
        Arrays.fill(qualities, GOOD);
        int slot = 0;
        for (int i = 0; i < runs.size(); i += 2) {
            Arrays.fill(qualities, slot, slot + runs.get(i), BY_NUMBER[runs.get(i + 1)]);
            slot += runs.get(i);
        }
        return qualities;
    }

    /** The runs of {@code qualities}, as short as can be; empty where all are GOOD. */
    public static List<Integer> compress(List<Quality> qualities) {
        if (qualities.stream().allMatch(GOOD::equals)) {
            return List.of();
        }
        List<Integer> runs = new ArrayList<>();
        for (int from = 0; from < qualities.size(); ) {
            int to = from;
            while (to < qualities.size() && qualities.get(to) == qualities.get(from)) {
                to++;
            }
            runs.add(to - from);
            runs.add(qualities.get(from).number);
            from = to;
        }
        return List.copyOf(runs);
    }

    /** What is wrong with a series' quality runs. */
    static Optional<String> violation(List<Integer> runs, int slots) {
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        if (runs.size() % 2 != 0) {
            return Optional.of(runs.size() + " numbers in quality_runs; they come in pairs");
        }
        long covered = 0;
        for (int i = 0; i < runs.size(); i += 2) {
            if (runs.get(i) == 0) {
                return Optional.of("quality_runs has an empty run");
            }
            if (of(runs.get(i + 1)).isEmpty()) {
                return Optional.of("quality " + Integer.toUnsignedString(runs.get(i + 1)) + " is not known");
            }
            covered += Integer.toUnsignedLong(runs.get(i));
        }
        return covered == slots
                ? Optional.empty()
                : Optional.of("quality_runs cover " + covered + " slots of " + slots);
    }
}
