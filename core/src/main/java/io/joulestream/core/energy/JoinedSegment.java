package io.joulestream.core.energy;

import java.math.BigInteger;
import java.util.List;

/**
 * A segment in which a register changed: consecutive stretches of time, each a piece of a curve of its own.
 *
 * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag}
 */
record JoinedSegment(List<Piece> pieces, long meanMilliwatts, int flags) implements EnergyCurve {
    /** What {@code curve} holds between two offsets from its own start. */
    record Piece(EnergyCurve curve, long fromMillis, long toMillis) {
        static Piece whole(EnergyCurve curve) {
            return new Piece(curve, 0, curve.millis());
        }

        long millis() {
            return toMillis - fromMillis;
        }
    }

    JoinedSegment {
        pieces = List.copyOf(pieces);
    }

    /** @param microjoules of all pieces together */
    static JoinedSegment of(List<Piece> pieces, BigInteger microjoules, int flags) {
        long millis = pieces.stream().mapToLong(Piece::millis).sum();
        long mean =
                ExactMath.floorDivide(microjoules, BigInteger.valueOf(millis)).longValueExact();
        return new JoinedSegment(pieces, mean, flags);
    }

    @Override
    public long millis() {
        return pieces.stream().mapToLong(Piece::millis).sum();
    }

    @Override
    public long microjoulesBetween(long startMillis, long endMillis) {
        long sum = 0;
        long offset = 0;
        for (Piece piece : pieces) {
            long from = Math.max(startMillis, offset);
            long to = Math.min(endMillis, offset + piece.millis());
            if (from < to) {
                long shift = piece.fromMillis() - offset;
                sum = Math.addExact(sum, piece.curve().microjoulesBetween(from + shift, to + shift));
            }
            offset += piece.millis();
        }
        return sum;
    }
}
