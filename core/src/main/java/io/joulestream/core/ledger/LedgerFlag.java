package io.joulestream.core.ledger;

/** What a reader of a row should know about it. A set of flags is stored as bits; never renumber, only add. */
public enum LedgerFlag {
    /** Two values were sent for one reading; the greatest (correction, session, sequence, value) was kept. */
    CONFLICT(0),
    /** Part of the energy was interpolated over a gap. */
    INTERPOLATED(1),
    /** Part of the energy is a counter's difference over a gap longer than the max gap. */
    BRIDGED(2),
    /** A counter restarted inside; the energy across the restart is estimated. */
    COUNTER_RESET(3),
    /** No assertion says which run held the entity for part of the time; that energy is unallocated. */
    ALLOC_UNKNOWN(4),
    /** The sender marked a reading's clock as doubtful. */
    CLOCK_SUSPECT(5),
    /** The energy of a shared meter was divided by allocated time, for want of device readings. */
    SHARED_BY_TIME(6),
    /** The oldest of too many open holes was closed; readings that fill it are refused. */
    HOLE_CLOSED(7),
    /** The sender itself marked a reading as estimated, substituted or entered by hand. */
    SENDER_ESTIMATED(8),
    /** GPUs stand for nodes whose other parts nothing measures; the energy is that of the GPUs alone. */
    REST_UNMETERED(12),

    // 9 to 11 and 13 to 15 are left to other parts of the ledger

    /** The sender, or the order of its frames, makes a reading doubtful; its energy is taken as it is. */
    SUSPECT(16),
    /** The meter was exchanged inside; its energy is that of the old register and of the new one. */
    METER_EXCHANGED(17),
    /** The transformer ratio changed inside; the register's advance was divided by time. */
    RATIO_CHANGED(18),
    /** Active power was more than 1.02 times the apparent power of the same instant. */
    PF_INCONSISTENT(19),
    /** Heat differed by more than 15 % from what flow and temperatures of the same instant carry. */
    HEAT_MISMATCH(20),
    /** Two runs were asserted to hold the entity at once; the later start holds, of equal ones the greater name. */
    ALLOCATION_CONFLICT(21),
    /** Who held an entity was told after its readings were settled: whole minutes moved, that of the change by time. */
    ALLOC_LATE(22);

    private final int bit;

    LedgerFlag(int bit) {
        this.bit = bit;
    }

    public int mask() {
        return 1 << bit;
    }

    public boolean in(int flags) {
        return (flags & mask()) != 0;
    }
}
