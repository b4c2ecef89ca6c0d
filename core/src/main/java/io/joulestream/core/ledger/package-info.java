/**
 * The rows of the ledger: what the job computes, the database keeps and the API reads.
 *
 * <p>Energy is whole microjoules, power whole milliwatts, time is UTC, intervals are half-open. Every row carries a
 * {@code (generation, revision)} pair that depends on the telemetry topic alone; a row replaces a stored one only when
 * its pair is greater, so a replay writes nothing and a writer that was thought dead undoes nothing.
 */
package io.joulestream.core.ledger;
