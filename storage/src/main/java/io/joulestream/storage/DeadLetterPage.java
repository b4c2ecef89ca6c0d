package io.joulestream.storage;

import java.util.List;
import java.util.Optional;

/**
 * Some of a tenant's dead letters, newest first, without their payloads.
 *
 * @param next where the next page begins; empty on the last
 */
public record DeadLetterPage(List<KeptDeadLetter> letters, Optional<DeadLetterCursor> next) {
    public DeadLetterPage {
        letters = List.copyOf(letters);
    }
}
