package io.joulestream.core.energy;

/**
 * One usable reading of one channel, with what decides between two of the same instant.
 *
 * @param atMillis the device's instant, UTC epoch milliseconds
 * @param value microjoules on the register (counter) or milliwatts (gauge)
 * @param correction the sender said that it may replace an earlier value
 * @param origin hash of (producer, session); readings of one origin are numbered in one sequence
 * @param session the sender's start, UTC milliseconds
 * @param sequence number of the frame inside the origin and owner
 * @param offset of the frame's record in its partition
 * @param flags bits of {@link io.joulestream.core.ledger.LedgerFlag} that the reading brings to its minute
 */
public record Reading(
        long atMillis,
        long value,
        boolean correction,
        long origin,
        long session,
        long sequence,
        long offset,
        int flags) {

    /** Which of two readings of one instant holds: the greatest (correction, session, sequence, value). */
    boolean supersedes(Reading other) {
        if (correction != other.correction) {
            return correction;
        }
        int bySession = Long.compare(session, other.session);
        int bySequence = bySession != 0 ? bySession : Long.compare(sequence, other.sequence);
        return (bySequence != 0 ? bySequence : Long.compare(value, other.value)) > 0;
    }

    Reading marked(int moreFlags) {
        return new Reading(atMillis, value, correction, origin, session, sequence, offset, flags | moreFlags);
    }
}
