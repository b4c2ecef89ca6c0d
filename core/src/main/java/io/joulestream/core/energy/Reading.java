package io.joulestream.core.energy;

import java.math.BigInteger;

/**
 * One usable reading of one channel, with what decides between two of the same instant.
 *
 * @param atMillis the device's instant, UTC epoch milliseconds
 * @param value millijoules on the register (counter) or milliwatts (gauge)
 * @param microjoules what the register shows beyond whole millijoules, 0 to 999; 0 for a gauge
 * @param correction the sender said that it may replace an earlier value
 * @param origin hash of (producer, session); readings of one origin are numbered in one sequence
 * @param session the sender's start, UTC milliseconds
 * @param sequence number of the frame inside the origin and owner
 * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag} that the reading brings to its minute
 */
public record Reading(
        long atMillis,
        long value,
        int microjoules,
        boolean correction,
        long origin,
        long session,
        long sequence,
        int flags) {
    private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

    boolean hasValueOf(Reading other) {
        return value == other.value && microjoules == other.microjoules;
    }

    /** Which of two readings of one instant holds: the greatest (correction, session, sequence, value). */
    boolean supersedes(Reading other) {
        if (correction != other.correction) {
            return correction;
        }
        int order = Long.compare(session, other.session);
        order = order != 0 ? order : Long.compare(sequence, other.sequence);
        order = order != 0 ? order : Long.compare(value, other.value);
        return (order != 0 ? order : Integer.compare(microjoules, other.microjoules)) > 0;
    }

    /** All that a counter shows; a register of a large site passes a long. */
    BigInteger registerMicrojoules() {
        return BigInteger.valueOf(value).multiply(THOUSAND).add(BigInteger.valueOf(microjoules));
    }

    Reading marked(int moreFlags) {
        return new Reading(atMillis, value, microjoules, correction, origin, session, sequence, flags | moreFlags);
    }
}
