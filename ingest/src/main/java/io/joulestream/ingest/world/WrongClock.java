package io.joulestream.ingest.world;

import io.joulestream.wire.Quality;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An agent whose clock is wrong for some minutes: all that its owner's frames say is stamped by it, and so is their
 * sending. What the job is to make of that depends on how wrong it is, and on whether the agent knows.
 */
final class WrongClock extends ReadingFault {
    private static final long TWO_YEARS = Duration.ofDays(730).toMillis();
    private final boolean withGpus;

    WrongClock(Target target, FaultTallies tallies, boolean withGpus) {
        super(target, tallies);
        this.withGpus = withGpus;
    }

    @Override
    List<TelemetryFrame> befall(TelemetryFrame frame) {
        if (target().kind() != Fault.CLOCK_45S) {
            return super.befall(frame);
        }
        long from = target().fromMillis();
        long fixed = target().toMillis() - 60_000;
        if (frame.getT0Ms() >= target().toMillis() || Pieces.lastMillis(frame) <= from) {
            return List.of(frame);
        }
        List<TelemetryFrame> pieces = new ArrayList<>();
        for (TelemetryFrame piece : Pieces.cut(frame, from, fixed, target().toMillis() - 1)) {
            boolean ahead = piece.getT0Ms() > from && piece.getT0Ms() <= fixed;
            boolean silent = piece.getT0Ms() > fixed && piece.getT0Ms() < target().toMillis();
            if (!silent) {
                pieces.addAll(ahead ? change(piece) : List.of(piece));
            }
        }
        return pieces;
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        TelemetryFrame.Builder wrong = frame.toBuilder();
        switch (target().kind()) {
            case CLOCK_45S -> {
                tally(1, "", "told 45 s late; minutes shift, and where the clock is set right some energy is lost");
                wrong.setT0Ms(frame.getT0Ms() + 45_000);
            }
            case CLOCK_400S -> {
                tally(1, "CLOCK_SKEW", "400 s behind, which the agent confirms");
                wrong.setT0Ms(frame.getT0Ms() - 400_000)
                        .setSentMs(Pieces.lastMillis(frame) - 400_000)
                        .setHistory(false);
            }
            case CLOCK_2Y -> {
                tally(1, "CLOCK_SKEW", "sent two years after it was received");
                wrong.setT0Ms(frame.getT0Ms() + TWO_YEARS)
                        .setSentMs(Pieces.lastMillis(frame) + TWO_YEARS)
                        .setHistory(false);
            }
            default -> {
                tally(implausible(frame), "TIME_IMPLAUSIBLE", "stamped in 1970");
                wrong.setT0Ms(frame.getT0Ms() - target().fromMillis());
            }
        }
        return List.of(wrong.build());
    }

    /**
     * Readings, and for each entity what the frame says about who held it; of one with readings only where it is dated by
     * that clock, and over time.
     */
    private static long implausible(TelemetryFrame frame) {
        long count = 0;
        for (Entity entity : frame.getEntitiesList()) {
            if (entity.getSeriesCount() == 0 || entity.getAllocFromMs() == 0 && frame.getSlots() > 1) {
                count++;
            }
            for (Series series : entity.getSeriesList()) {
                if (Pieces.isOfTheLedger(series)) {
                    for (Quality quality : Quality.expand(series.getQualityRunsList(), frame.getSlots())) {
                        count += quality.usableForEnergy() ? 1 : 0;
                    }
                }
            }
        }
        return count;
    }

    @Override
    boolean refusesWhole(TelemetryFrame told) {
        return switch (target().kind()) {
            case CLOCK_400S -> clockMillis(told) != 0;
            case CLOCK_2Y ->
                told.getT0Ms() > target().fromMillis() + TWO_YEARS && told.getT0Ms() < target().toMillis() + TWO_YEARS;
            default -> false;
        };
    }

    @Override
    long clockMillis(TelemetryFrame told) {
        long ahead = switch (target().kind()) {
            case CLOCK_45S -> 45_000;
            case CLOCK_400S -> -400_000;
            default -> 0;
        };
        boolean isWrong = told.getT0Ms() > target().fromMillis() + ahead
                && Pieces.lastMillis(told) < target().toMillis() + ahead
                && (ahead > 0 || told.getSentMs() > 0 && !told.getHistory());
        return isWrong ? ahead : 0;
    }

    @Override
    List<Doubt> doubts() {
        return counted(withGpus).stream()
                .map(e -> target().kind() == Fault.CLOCK_45S
                        ? Doubt.delayed(target().site(), e, target().fromMinute(), target().toMinute())
                        : bridged(e))
                .toList();
    }
}
