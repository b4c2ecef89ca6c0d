package io.joulestream.ingest.world;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may go wrong between a device and the broker.
 *
 * <p>Rates: of the faults of readings and agents one befalls each site every two hours, taking turns; those of the link have
 * theirs in {@link FaultyFeed}; those of devices and the calendar are there all the time.
 */
public enum Fault {
    /** A frame arrives twice. */
    DUPLICATE(Family.LINK),
    /** Whole frames overtake each other, by at most 60 s. */
    REORDER(Family.LINK),
    /** An edge site is cut off for six hours of each day and sends its frames afterwards, oldest first. */
    OFFLINE(Family.LINK),
    /** An edge site is cut off for three days in each five. */
    OFFLINE_72H(Family.LINK),
    /** Records that are no frame, or a frame of something unknown. */
    POISON(Family.LINK),

    /** A counter starts again from zero: a driver is reloaded, a meter's metrics are reset. */
    COUNTER_RESET(Family.READING),
    /** Five minutes without a reading of one channel, told as missing. */
    GAP(Family.READING),
    /** A reading is not a number. The wire has whole numbers only, so an adapter tells it as missing. */
    NAN(Family.READING),
    /** A scraper marks the end of a series, which goes on five minutes later. An adapter tells that as missing too. */
    STALE_MARKER(Family.READING),
    /** A driver's word for "not available", passed on as if it were a value. */
    SENTINEL(Family.READING),
    /** After an update of its firmware a device sends kilowatts as watts, until it is corrected. */
    UNIT_SWITCH(Family.READING),
    /** A gauge shows one value for 25 minutes. */
    STUCK(Family.READING),
    /** Each slice of a GPU repeats the energy of the whole. */
    MIG(Family.READING),

    /** A second agent sent another value for a reading before it was replaced. */
    CONFLICT(Family.AGENT),
    /** Frames that were numbered and never arrive. */
    LOST_FRAMES(Family.AGENT),
    /** An agent begins a new session. */
    AGENT_RESTART(Family.AGENT),
    /** An agent forgets its number, but not its session. */
    AGENT_RESTART_SAME_SESSION(Family.AGENT),
    /** An agent's clock is 45 s ahead and it knows; set right, it says nothing for less than a minute. */
    CLOCK_45S(Family.AGENT),
    /** An agent's clock is 400 s behind and it knows. */
    CLOCK_400S(Family.AGENT),
    /** An agent's clock is two years ahead. */
    CLOCK_2Y(Family.AGENT),
    /** An agent's clock begins in 1970. */
    CLOCK_1970(Family.AGENT),

    /** Registers of 32 bits and of nine digits begin again. */
    WRAP(Family.DEVICE),
    /** The direct current behind a node's supplies is metered beside its input. */
    AC_DC(Family.DEVICE),
    /** A logger of local times without offset passes changes of the clocks. */
    DST(Family.CALENDAR),
    /** February has 29 days. */
    LEAP_DAY(Family.CALENDAR);

    enum Family {
        LINK,
        READING,
        AGENT,
        DEVICE,
        CALENDAR
    }

    /** What a network may do without anything being lost. */
    public static final Set<Fault> OF_LINKS = of(Family.LINK);

    private final Family family;

    Fault(Family family) {
        this.family = family;
    }

    Family family() {
        return family;
    }

    /** As on the command line. */
    public String faultName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Fault> named(String name) {
        return Arrays.stream(values()).filter(f -> f.faultName().equals(name)).findFirst();
    }

    /** All names, for a message to who wrote a wrong one. */
    public static String names() {
        return Arrays.stream(values()).map(Fault::faultName).collect(Collectors.joining(", "));
    }

    static Set<Fault> of(Family family) {
        return Arrays.stream(values())
                .filter(f -> f.family == family)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Fault.class)));
    }
}
