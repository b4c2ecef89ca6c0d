package io.joulestream.ingest.world;

import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * Another value for the reading at the stretch's end, from an agent that was since replaced. Its session is the older, so
 * its value loses, whichever comes first.
 */
final class SecondOpinion extends ReadingFault {
    static final String PRODUCER_SUFFIX = "/replaced";

    SecondOpinion(Target target, FaultTallies tallies) {
        super(target, tallies);
    }

    @Override
    List<TelemetryFrame> befall(TelemetryFrame frame) {
        long at = target().toMillis();
        if (frame.getT0Ms() > at || Pieces.lastMillis(frame) < at) {
            return List.of(frame);
        }
        List<TelemetryFrame> result = new ArrayList<>();
        for (TelemetryFrame piece : Pieces.cut(frame, at)) {
            result.add(piece);
            if (Pieces.lastMillis(piece) == at) {
                result.addAll(change(Pieces.cut(piece, at - 1).get(piece.getSlots() > 1 ? 1 : 0)));
            }
        }
        return result;
    }

    @Override
    List<TelemetryFrame> change(TelemetryFrame frame) {
        TelemetryFrame.Builder other = frame.toBuilder()
                .setProducerId(frame.getProducerId() + PRODUCER_SUFFIX)
                .setSessionId(frame.getSessionId() - 1)
                .clearEntities();
        for (Entity entity : frame.getEntitiesList()) {
            if (entity.getEntityId().equals(target().entity().id())) {
                Entity.Builder alone = entity.toBuilder().clearSeries();
                entity.getSeriesList().stream()
                        .filter(series -> isOfRecord(entity, series))
                        .forEach(alone::addSeries);
                other.addEntities(alone);
            }
        }
        tally(1, "DUP_CONFLICT", "the value of the newer session is kept; the minute is flagged");
        return List.of(
                Pieces.edited(other.build(), this::isOfRecord, (times, values, qualities) -> values[0] += 1_000));
    }

    @Override
    List<Doubt> doubts() {
        return List.of();
    }
}
