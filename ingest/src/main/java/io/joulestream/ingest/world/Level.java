package io.joulestream.ingest.world;

/**
 * The levels of power a node can be at. At each instant all nodes of a pool are at the same level, so the energy of a
 * device is the sum over levels of its power at that level and the pool's time in it: closed-form, however long.
 */
final class Level {
    static final int IDLE = 0;
    static final int RAMP = 1;
    static final int WARM_UP = 2;
    static final int CHECKPOINT = 3;
    static final int EVALUATION = 4;
    static final int RESTORE = 5;
    private static final int FIRST_OF_PRECISION = 6;
    static final int COUNT = FIRST_OF_PRECISION + 4;

    private Level() {}

    static int compute(Precision precision) {
        return FIRST_OF_PRECISION + 2 * precision.ordinal();
    }

    static int reduce(Precision precision) {
        return compute(precision) + 1;
    }

    /** Of a GPU, in thousandths of its rated power above idling. */
    static int perMille(int level) {
        return switch (level) {
            case IDLE -> 0;
            case RAMP -> 300;
            case WARM_UP -> 600;
            case CHECKPOINT -> 250;
            case EVALUATION -> 620;
            case RESTORE -> 200;
            default -> {
                Precision precision = Precision.values()[(level - FIRST_OF_PRECISION) / 2];
                yield level == compute(precision) ? precision.computePower() : precision.reducePower();
            }
        };
    }
}
