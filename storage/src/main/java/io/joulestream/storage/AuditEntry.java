package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * An act of administration, as it is written down in the transaction that does it, with the time at which that began by the
 * server's clock. It tells no secret.
 *
 * @param actor a member's name, or {@code cli:} and the login of who ran a command on the machine
 * @param action such as {@code key.create}
 * @param subject what it was done to, such as a key's prefix
 * @param detail the rest, for people; may be empty
 */
public record AuditEntry(String actor, String action, String subject, String detail) {
    public AuditEntry {
        requireNonNull(detail, "detail");
        if (actor.isBlank() || action.isBlank() || subject.isBlank()) {
            throw new IllegalArgumentException("an act without actor, action or subject tells nothing");
        }
    }

    /** As the server writes JSON, in one way only. */
    Field<String> body() {
        return DSL.jsonbObject(
                        DSL.key("at").value(DSL.currentOffsetDateTime()),
                        DSL.key("actor").value(actor),
                        DSL.key("action").value(action),
                        DSL.key("subject").value(subject),
                        DSL.key("detail").value(detail))
                .cast(String.class);
    }
}
