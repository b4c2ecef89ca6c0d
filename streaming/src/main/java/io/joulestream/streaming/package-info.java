/**
 * The Flink job: telemetry frames in, rows of the ledger out.
 *
 * <p>{@link io.joulestream.streaming.LedgerJob} is the graph. Operators hold state and pass data on; every rule about
 * energy is in {@code core}. State is bytes by codecs of {@code core}; nothing is left to Kryo.
 */
package io.joulestream.streaming;
