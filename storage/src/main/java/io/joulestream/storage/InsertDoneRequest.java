package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.DONE_REQUEST;
import static io.joulestream.storage.generated.Tables.MEMBER;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/** Notes that a request was done, and forgets those of the tenant that are older than a day. */
record InsertDoneRequest(String tenant, Once once, String subject) implements Consumer<DSLContext> {
    /** @throws RepeatedRequest if one of that key was done before; the transaction has to end then */
    @Override
    public void accept(DSLContext database) {
        database.deleteFrom(DONE_REQUEST)
                .where(
                        DONE_REQUEST.TENANT.eq(tenant),
                        condition("{0} < current_timestamp - interval '1 day'", DONE_REQUEST.CREATED_AT))
                .execute();
        int noted = database.insertInto(
                        DONE_REQUEST,
                        DONE_REQUEST.TENANT,
                        DONE_REQUEST.MEMBER_ID,
                        DONE_REQUEST.KEY,
                        DONE_REQUEST.SHA256,
                        DONE_REQUEST.SUBJECT,
                        DONE_REQUEST.CREATED_AT)
                .select(select(
                                MEMBER.TENANT,
                                MEMBER.MEMBER_ID,
                                val(once.key()),
                                val(HexFormat.of().parseHex(once.sha256())),
                                val(subject),
                                currentInstant())
                        .from(MEMBER)
                        .where(MEMBER.TENANT.eq(tenant), MEMBER.NAME.eq(once.member())))
                .onConflictDoNothing()
                .execute();
        if (noted == 0) {
            throw new RepeatedRequest(once);
        }
    }
}
