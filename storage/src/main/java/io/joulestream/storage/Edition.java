package io.joulestream.storage;

/** What the database can do beyond PostgreSQL. Every edition answers every query alike. */
public enum Edition {
    /** PostgreSQL alone. */
    PLAIN,
    /** TimescaleDB under the Apache licence: hypertables. */
    APACHE,
    /** TimescaleDB under the Timescale licence: hypertables, columnstore and policies. */
    TIMESCALE
}
