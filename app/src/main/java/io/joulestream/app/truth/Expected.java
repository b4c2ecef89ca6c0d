package io.joulestream.app.truth;

import io.joulestream.ingest.world.TruthFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The true values of one series of rows, and which of them were found. */
final class Expected {
    private static final int MINUTE_MILLIS = 60_000;

    private final TruthFile.Cells cells;
    private final TruthFile.Cells tokens;
    private final List<TruthFile.Unknowable> unknowable = new ArrayList<>();
    private final BitSet found = new BitSet();

    /** @param tokens of the same rows, or null */
    Expected(TruthFile.Cells cells, TruthFile.Cells tokens) {
        this.cells = cells;
        this.tokens = tokens;
    }

    TruthFile.Cells cells() {
        return cells;
    }

    void cannotKnow(TruthFile.Unknowable cell) {
        unknowable.add(cell);
    }

    /** What is wrong with a stored row, or null. Marks it as found. */
    String judge(Instant start, Integer lengthSeconds, long measured, long bridged, long estimated, Long rowTokens) {
        if (lengthSeconds != null && lengthSeconds != cells.stepSeconds()) {
            return "length " + cells.stepSeconds() + " s";
        }
        long offset = start.getEpochSecond() - cells.start().getEpochSecond();
        long index = Math.floorDiv(offset, (long) cells.stepSeconds());
        boolean inside = offset % cells.stepSeconds() == 0 && index >= 0 && index < cells.values().length;
        long energy = inside ? cells.values()[(int) index] : 0;
        long trueTokens = inside && tokens != null ? tokens.values()[(int) index] : 0;
        if (inside) {
            found.set((int) index);
        }
        if (rowTokens != null && rowTokens != trueTokens) {
            return trueTokens + " tokens";
        }
        long total = measured + bridged + estimated;
        TruthFile.Unknowable unknown = inside ? unknowableAt(start) : null;
        if (unknown != null && unknown.rule() == TruthFile.Rule.BOUNDS) {
            boolean within = total >= unknown.leastMicrojoules() && total <= unknown.greatestMicrojoules();
            return within
                    ? null
                    : unknown.leastMicrojoules() + ".." + unknown.greatestMicrojoules() + " uJ, " + unknown.reason();
        }
        if (unknown != null) {
            return total == energy && estimated == 0 ? null : energy + " uJ in all, none estimated";
        }
        return measured == energy && bridged == 0 && estimated == 0 ? null : energy + " uJ, all measured";
    }

    boolean contains(Instant start) {
        long offset = start.getEpochSecond() - cells.start().getEpochSecond();
        return offset >= 0 && offset / cells.stepSeconds() < cells.values().length;
    }

    /** The bounds of a row, or null where it is known. */
    TruthFile.Unknowable boundsAt(Instant start) {
        TruthFile.Unknowable cell = unknowableAt(start);
        return cell == null || cell.rule() == TruthFile.Rule.TOTAL_ONLY ? null : cell;
    }

    /** What a channel's minute must say is covered; {@link TruthFile#COVERAGE_OPEN} where that is left open. */
    int coveredMillisAt(Instant start) {
        TruthFile.Unknowable cell = unknowableAt(start);
        return cell == null ? MINUTE_MILLIS : cell.coveredMillis();
    }

    private TruthFile.Unknowable unknowableAt(Instant start) {
        for (TruthFile.Unknowable cell : unknowable) {
            if (!start.isBefore(cell.from()) && start.isBefore(cell.to())) {
                return cell;
            }
        }
        return null;
    }

    /** Starts of the rows that should be there and were not found. */
    List<Instant> missing() {
        List<Instant> missing = new ArrayList<>();
        if (cells.mustExist() || !found.isEmpty()) {
            for (int i = found.nextClearBit(0); i < cells.values().length; i = found.nextClearBit(i + 1)) {
                missing.add(cells.start().plusSeconds((long) i * cells.stepSeconds()));
            }
        }
        return missing;
    }

    long trueEnergyAt(Instant start) {
        return cells.values()[(int) ((start.getEpochSecond() - cells.start().getEpochSecond()) / cells.stepSeconds())];
    }

    long sum() {
        long sum = 0;
        for (long value : cells.values()) {
            sum += value;
        }
        return sum;
    }

    long sumOfTokens() {
        long sum = 0;
        for (long value : tokens == null ? new long[0] : tokens.values()) {
            sum += value;
        }
        return sum;
    }
}
