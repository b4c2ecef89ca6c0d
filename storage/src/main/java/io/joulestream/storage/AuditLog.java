package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.AUDIT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.core.digest.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.jooq.Cursor;
import org.jooq.Record4;

/**
 * What was done in a tenant, and by whom. The server chains the entries: each holds the SHA-256 of the one before, its own
 * number, the tenant and the body. Whoever changes one, or takes one out that others follow, breaks the chain from
 * there on or must write anew all that follow. That the newest are there is known only to whoever kept the last digest.
 */
public final class AuditLog {
    private static final int AT_ONCE = 1_000;

    private final TenantTransaction reads;

    AuditLog(DataSource readers) {
        reads = TenantTransaction.reading(readers, DatabaseRole.API);
    }

    /**
     * Newest first.
     *
     * @param before entries of a smaller number only; {@link Long#MAX_VALUE} for the newest
     */
    public List<AuditedAct> before(String tenant, long before, int limit) {
        return reads.run(
                tenant,
                db -> db.select(AUDIT.SEQ, AUDIT.BODY, AUDIT.SHA256)
                        .from(AUDIT)
                        .where(AUDIT.TENANT.eq(tenant), AUDIT.SEQ.lt(before))
                        .orderBy(AUDIT.SEQ.desc())
                        .limit(limit)
                        .fetch(row -> new AuditedAct(
                                row.value1(), row.value2(), HexFormat.of().formatHex(row.value3()))));
    }

    /** The number of the first entry that is not as it was written, or that follows one that is missing; empty if all are well. */
    public OptionalLong firstBroken(String tenant) {
        return reads.run(tenant, db -> {
            byte[] previous = {};
            long expected = 1;
            try (Cursor<Record4<Long, String, byte[], byte[]>> entries = db.select(
                            AUDIT.SEQ, AUDIT.BODY, AUDIT.PREVIOUS, AUDIT.SHA256)
                    .from(AUDIT)
                    .where(AUDIT.TENANT.eq(tenant))
                    .orderBy(AUDIT.SEQ)
                    .fetchSize(AT_ONCE)
                    .fetchLazy()) {
                for (Record4<Long, String, byte[], byte[]> entry : entries) {
                    byte[] sha256 = sha256(previous, entry.value1(), tenant, entry.value2());
                    if (entry.value1() != expected
                            || !Arrays.equals(entry.value3(), previous)
                            || !Arrays.equals(entry.value4(), sha256)) {
                        return OptionalLong.of(entry.value1());
                    }
                    previous = sha256;
                    expected++;
                }
            }
            return OptionalLong.empty();
        });
    }

    /** As the server computes it. */
    static byte[] sha256(byte[] previous, long seq, String tenant, String body) {
        MessageDigest digest = Sha256.begin();
        digest.update(previous);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seq).flip());
        digest.update((tenant + "\n" + body).getBytes(UTF_8));
        return digest.digest();
    }
}
