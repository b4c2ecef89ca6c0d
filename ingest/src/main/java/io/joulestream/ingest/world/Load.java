package io.joulestream.ingest.world;

/**
 * A power that is constant between changes of level or minute: what one device draws, or a sum of such. Immutable.
 *
 * <p>Its energy since the world's start is a sum of products of whole numbers, so sums of loads have exactly the sum of
 * their energies.
 */
final class Load {
    static final Load NONE = new Load(new long[0][], 0, new int[0]);

    /** Centiwatts by pool and level; null or missing where no device of the pool is in it. */
    private final long[][] byLevel;

    private final long constant;
    /** How often each {@link Climate.Part} is in it; may be negative. */
    private final int[] parts;

    private Load(long[][] byLevel, long constant, int[] parts) {
        this.byLevel = byLevel;
        this.constant = constant;
        this.parts = parts;
    }

    /** @param centiwatts for each level */
    static Load ofPool(int pool, long[] centiwatts) {
        long[][] byLevel = new long[pool + 1][];
        byLevel[pool] = centiwatts.clone();
        return new Load(byLevel, 0, new int[0]);
    }

    static Load constant(long centiwatts) {
        return new Load(new long[0][], centiwatts, new int[0]);
    }

    static Load of(Climate.Part part) {
        int[] parts = new int[Climate.Part.values().length];
        parts[part.ordinal()] = 1;
        return new Load(new long[0][], 0, parts);
    }

    Load plus(Load other) {
        return combine(other, 1);
    }

    Load minus(Load other) {
        return combine(other, -1);
    }

    private Load combine(Load other, int sign) {
        long[][] levels = new long[Math.max(byLevel.length, other.byLevel.length)][];
        for (int pool = 0; pool < levels.length; pool++) {
            long[] mine = pool < byLevel.length ? byLevel[pool] : null;
            long[] theirs = pool < other.byLevel.length ? other.byLevel[pool] : null;
            if (mine != null || theirs != null) {
                levels[pool] = new long[Level.COUNT];
                for (int level = 0; level < Level.COUNT; level++) {
                    levels[pool][level] =
                            (mine == null ? 0 : mine[level]) + sign * (theirs == null ? 0 : theirs[level]);
                }
            }
        }
        int[] sums = new int[Math.max(parts.length, other.parts.length)];
        for (int part = 0; part < sums.length; part++) {
            sums[part] = (part < parts.length ? parts[part] : 0)
                    + sign * (part < other.parts.length ? other.parts[part] : 0);
        }
        return new Load(levels, constant + sign * other.constant, sums);
    }

    /** Energy since the world's start. */
    long millijoules(Moment moment) {
        long sum = millijoules(moment.tick(), moment.timeInLevels());
        for (int part = 0; part < parts.length; part++) {
            if (parts[part] != 0) {
                sum += parts[part] * moment.energies()[part];
            }
        }
        return sum;
    }

    /** The same for a load that does not depend on the climate. */
    long millijoules(long tick, long[][] timeInLevels) {
        long sum = constant * tick;
        for (int pool = 0; pool < byLevel.length; pool++) {
            long[] powers = byLevel[pool];
            if (powers != null) {
                long[] times = timeInLevels[pool];
                for (int level = 0; level < Level.COUNT; level++) {
                    sum += powers[level] * times[level];
                }
            }
        }
        return sum;
    }

    /** Power from now on. */
    long centiwatts(Moment moment) {
        long sum = constant;
        for (int pool = 0; pool < byLevel.length; pool++) {
            sum += byLevel[pool] == null ? 0 : byLevel[pool][moment.levels()[pool]];
        }
        for (int part = 0; part < parts.length; part++) {
            sum += parts[part] * moment.powers()[part];
        }
        return sum;
    }

    /** The power while all pools are idle, without the climate's parts. */
    long idleCentiwatts() {
        long sum = constant;
        for (long[] powers : byLevel) {
            sum += powers == null ? 0 : powers[Level.IDLE];
        }
        return sum;
    }

    /** No instant has more, without the climate's parts. */
    long greatestCentiwatts() {
        return extreme(true);
    }

    /** No instant has less, without the climate's parts. */
    long leastCentiwatts() {
        return extreme(false);
    }

    private long extreme(boolean greatest) {
        long sum = constant;
        for (long[] powers : byLevel) {
            if (powers != null) {
                long found = powers[0];
                for (long power : powers) {
                    found = greatest ? Math.max(found, power) : Math.min(found, power);
                }
                sum += found;
            }
        }
        return sum;
    }
}
