package io.joulestream.storage;

import io.joulestream.core.ledger.DeadLetter;

/**
 * A dead letter as the database keeps it.
 *
 * @param letter its payload ends at 64 KiB, and is empty where only the list was asked for
 * @param payloadBytes how many were refused
 */
public record KeptDeadLetter(DeadLetter letter, int payloadBytes) {}
