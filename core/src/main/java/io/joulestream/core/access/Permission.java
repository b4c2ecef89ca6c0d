package io.joulestream.core.access;

/** What somebody may do in a tenant. Each route, and each command that needs a key, asks for one. */
public enum Permission {
    /** Sites, runs, figures, reports, exports. */
    READ(false),
    READ_DEAD_LETTERS(false),
    /** What a figure was made of, down to readings. */
    READ_EVIDENCE(false),
    /** What was done by whom. */
    READ_AUDIT(false),
    /** Members and their keys, without secrets. */
    READ_MEMBERS(false),
    /** Where alerts are sent, and what became of what was sent; without secrets. */
    READ_WEBHOOKS(false),

    WRITE_INVENTORY(true),
    WRITE_ALERTS(true),
    REPLAY_DEAD_LETTERS(true),
    /** Tariffs, contracts, emission factors, energy profiles and pairs of comparison. */
    WRITE_FACTORS(true),
    PROPOSE_SEAL(true),
    APPROVE_SEAL(true),
    WRITE_MEMBERS(true),
    WRITE_TENANTS(true),
    /** Readings of a site. */
    INGEST(true);

    private final boolean writes;

    Permission(boolean writes) {
        this.writes = writes;
    }

    /** Whether it lets anything be changed. */
    public boolean writes() {
        return writes;
    }
}
