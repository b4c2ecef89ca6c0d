package io.joulestream.ingest.world;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Heat, weather, sun, and what cooling draws: constant within each minute of the world.
 *
 * <p>Heat follows the IT power of the minute before through a first-order lag, fast in liquid, slow in air. The chiller
 * draws heat / COP, where the COP falls with the temperature outdoors and is that of free cooling below 14 Cel; pumps
 * follow the cube of the flow that holds the coolant's temperature rise; fans follow the heat in the air. All in whole
 * numbers, rounded down, so it is exact by definition.
 *
 * <p>Minutes are worked out in order when first asked for and kept, 100 bytes for each; any thread.
 */
final class Climate {
    /** What has a power of its own in each minute. */
    enum Part {
        CHILLER,
        PUMPS,
        FANS,
        LIQUID_HEAT,
        AIR_HEAT,
        SOLAR
    }

    private static final Part[] PARTS = Part.values();
    private static final int FREE_COOLING_BELOW = 14_000;
    private static final int FREE_COOLING_COP = 2_500;
    /** The worst, for which the chiller is built. */
    static final int NAMEPLATE_COP = 300;

    private static final int LIQUID_LAG_MINUTES = 2;
    private static final int AIR_LAG_MINUTES = 10;
    /** Joules to warm a litre of coolant, or a cubic metre of air, by one kelvin. */
    private static final int LIQUID_HEAT_CAPACITY = 4_178;

    private static final int AIR_HEAT_CAPACITY = 1_206;
    private static final int LIQUID_RISE_KELVIN = 8;
    private static final int AIR_RISE_KELVIN = 12;
    private static final int LIQUID_SUPPLY = 30_000;
    private static final int RACK_INLET = 23_000;
    /** 1000 x sine of each hour's angle. */
    private static final int[] SINE = {
        0, 259, 500, 707, 866, 966, 1000, 966, 866, 707, 500, 259, 0, -259, -500, -707, -866, -966, -1000, -966, -866,
        -707, -500, -259, 0
    };

    private final SiteShape shape;
    private final Load it;
    private final List<Timeline> pools;
    private final long weatherSeed;
    /** Minutes since 1970 at the world's start. */
    private final long startMinute;

    private int known;
    private long[][] powers = new long[PARTS.length][1_440];
    private long[][] energies = new long[PARTS.length][1_441];
    private long itBefore;

    Climate(SiteShape shape, Load it, List<Timeline> pools, long weatherSeed, Instant worldStart) {
        this.shape = shape;
        this.it = it;
        this.pools = pools;
        this.weatherSeed = weatherSeed;
        this.startMinute = Math.floorDiv(worldStart.getEpochSecond(), 60L);
    }

    Moment at(long tick) {
        long[][] times = new long[pools.size()][];
        int[] levels = new int[pools.size()];
        for (int pool = 0; pool < times.length; pool++) {
            times[pool] = pools.get(pool).timeInLevels(tick);
            levels[pool] = pools.get(pool).levelAt(tick);
        }
        int minute = Math.toIntExact(tick / Ticks.MINUTE);
        long[] energy = new long[PARTS.length];
        long[] power = new long[PARTS.length];
        synchronized (this) {
            learnUpTo(minute);
            for (int part = 0; part < PARTS.length; part++) {
                power[part] = powers[part][minute];
                energy[part] = energies[part][minute] + power[part] * (tick % Ticks.MINUTE);
            }
        }
        return new Moment(tick, times, levels, energy, power);
    }

    private void learnUpTo(int minute) {
        while (known <= minute) {
            if (known == powers[0].length) {
                for (int part = 0; part < PARTS.length; part++) {
                    powers[part] = Arrays.copyOf(powers[part], 2 * known);
                    energies[part] = Arrays.copyOf(energies[part], 2 * known + 1);
                }
            }
            learn(known++);
        }
    }

    private void learn(int minute) {
        long energy = itEnergy(minute);
        if (minute == 0) {
            long idle = it.idleCentiwatts();
            set(Part.LIQUID_HEAT, 0, liquidShare(idle));
            set(Part.AIR_HEAT, 0, idle - liquidShare(idle));
        } else {
            long mean = (energy - itBefore) / Ticks.MINUTE;
            follow(Part.LIQUID_HEAT, minute, liquidShare(mean), LIQUID_LAG_MINUTES);
            follow(Part.AIR_HEAT, minute, mean - liquidShare(mean), AIR_LAG_MINUTES);
        }
        itBefore = energy;
        long liquid = powers[Part.LIQUID_HEAT.ordinal()][minute];
        long air = powers[Part.AIR_HEAT.ordinal()][minute];
        set(Part.CHILLER, minute, (liquid + air) * 100 / cop(outdoor(minute)));
        set(Part.PUMPS, minute, pumpPower(liquid));
        set(Part.FANS, minute, air / 25);
        set(Part.SOLAR, minute, solar(minute));
        for (int part = 0; part < PARTS.length; part++) {
            energies[part][minute + 1] = energies[part][minute] + powers[part][minute] * Ticks.MINUTE;
        }
    }

    private long liquidShare(long heat) {
        return heat * shape.liquidPercent() / 100;
    }

    private void follow(Part heat, int minute, long target, int lagMinutes) {
        long before = powers[heat.ordinal()][minute - 1];
        set(heat, minute, before + (target - before) / lagMinutes);
    }

    private void set(Part part, int minute, long centiwatts) {
        powers[part.ordinal()][minute] = centiwatts;
    }

    private long itEnergy(int minute) {
        long tick = (long) minute * Ticks.MINUTE;
        long[][] times = new long[pools.size()][];
        for (int pool = 0; pool < times.length; pool++) {
            times[pool] = pools.get(pool).timeInLevels(tick);
        }
        return it.millijoules(tick, times);
    }

    /** Hundredths. */
    private static int cop(int outdoor) {
        return outdoor < FREE_COOLING_BELOW
                ? FREE_COOLING_COP
                : Math.max(NAMEPLATE_COP, 650 - 9 * (outdoor - FREE_COOLING_BELOW) / 1_000);
    }

    /** 4 % of the heat at rated flow, falling with the cube. */
    private long pumpPower(long liquidHeat) {
        long rated = ratedLiquidHeat();
        long share = rated == 0 ? 0 : liquidHeat * 1_000 / rated;
        return rated / 25 * share / 1_000 * share / 1_000 * share / 1_000;
    }

    private long ratedLiquidHeat() {
        return liquidShare(it.greatestCentiwatts());
    }

    /** A parabola from six to six, local solar time, dimmed by clouds. */
    private long solar(int minute) {
        int ofDay = (int) Math.floorMod(startMinute + minute + shape.utcOffsetMinutes(), 1_440L);
        if (shape.solarWatts() == 0 || ofDay <= 360 || ofDay >= 1_080) {
            return 0;
        }
        long height = 4_000L * (ofDay - 360) * (1_080 - ofDay) / (720 * 720);
        long clear = 250 + Seeds.smooth(weatherSeed + 1, startMinute + minute, 30, 750);
        return shape.solarWatts() * Ticks.CENTIWATTS_PER_WATT * height / 1_000 * clear / 1_000;
    }

    /** Outdoors, in millidegrees Celsius: a mean, the day's wave with its top at 16 h, and passing weather. */
    int outdoor(long minute) {
        int local = (int) Math.floorMod(startMinute + minute + shape.utcOffsetMinutes() - 600, 1_440L);
        int hour = local / 60;
        int wave = SINE[hour] + (SINE[hour + 1] - SINE[hour]) * (local % 60) / 60;
        return shape.meanMilliCelsius()
                + 5 * wave
                + Seeds.smooth(weatherSeed, startMinute + minute, 360, 9_000)
                - 4_500;
    }

    /** Litres per hour that hold the coolant's rise. */
    static long liquidFlow(Moment moment) {
        return moment.powers()[Part.LIQUID_HEAT.ordinal()] * 36 / (LIQUID_HEAT_CAPACITY * LIQUID_RISE_KELVIN);
    }

    /** Millidegrees Celsius. */
    static long liquidSupply() {
        return LIQUID_SUPPLY;
    }

    static long liquidReturn(Moment moment) {
        long flow = liquidFlow(moment);
        long heat = moment.powers()[Part.LIQUID_HEAT.ordinal()];
        return flow == 0 ? LIQUID_SUPPLY : LIQUID_SUPPLY + heat * 36_000 / (flow * LIQUID_HEAT_CAPACITY);
    }

    /** Cubic metres of air per hour, times 1,000, of a rack whose fans are set for its greatest heat. */
    static long rackAirflow(long greatestAirHeat) {
        return greatestAirHeat * 36_000 / (AIR_HEAT_CAPACITY * AIR_RISE_KELVIN);
    }

    /** Millidegrees Celsius at the rack's front. */
    long rackInlet(Moment moment, int rack) {
        long minute = moment.tick() / Ticks.MINUTE;
        return RACK_INLET + (outdoor(minute) - 15_000) / 20 + Seeds.at(weatherSeed + 2, rack, 1_600) - 800;
    }

    /** And at its back. */
    long rackExhaust(Moment moment, int rack, long airHeat, long airflow) {
        return rackInlet(moment, rack) + (airflow == 0 ? 0 : airHeat * 36_000_000 / (AIR_HEAT_CAPACITY * airflow));
    }
}
