package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.AUDIT;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jooq.DSLContext;
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
 * @param once how the request is known that asked for it; empty where nobody will send it again
 */
public record AuditEntry(String actor, String action, String subject, String detail, Optional<Once> once) {
    public AuditEntry {
        requireNonNull(detail, "detail");
        requireNonNull(once, "once");
        if (actor.isBlank() || action.isBlank() || subject.isBlank()) {
            throw new IllegalArgumentException("an act without actor, action or subject tells nothing");
        }
    }

    public AuditEntry(String actor, String action, String subject, String detail) {
        this(actor, action, subject, detail, Optional.empty());
    }

    AuditEntry withDetail(String more) {
        return new AuditEntry(actor, action, subject, more, once);
    }

    /** With what was asked for once, where it was. */
    void write(DSLContext database, String tenant) {
        database.insertInto(AUDIT)
                .set(AUDIT.TENANT, tenant)
                .set(AUDIT.BODY, body())
                .execute();
        once.ifPresent(asked -> new InsertDoneRequest(tenant, asked, subject).accept(database));
    }

    /** As the server writes JSON, in one way only. */
    private Field<String> body() {
        return DSL.jsonbObject(
                        DSL.key("at").value(DSL.currentOffsetDateTime()),
                        DSL.key("actor").value(actor),
                        DSL.key("action").value(action),
                        DSL.key("subject").value(subject),
                        DSL.key("detail").value(detail))
                .cast(String.class);
    }
}
