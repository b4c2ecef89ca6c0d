package io.joulestream.wire;

import static java.util.Objects.requireNonNull;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.joulestream.wire.v1.InventoryVersion;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * One version of a whole site's inventory, as the inventory topic carries it: zstd over a small Protobuf message.
 *
 * @param version 1, 2, 3... inside (tenant, site); what a version says never changes
 * @param effectiveFrom the first instant it describes, to the millisecond
 * @param yaml the site's file as it was accepted; not checked here
 * @param sinceGeneration the first generation of the site that knows it; 0 for all
 */
public record InventoryRecord(
        String tenant, String site, int version, Instant effectiveFrom, String yaml, int sinceGeneration) {
    static final int MAX_BYTES = 64 * 1024 * 1024;

    /** What came of one record of the inventory topic. */
    public sealed interface Result {
        record Decoded(InventoryRecord inventory) implements Result {}

        record Refused(String detail) implements Result {}
    }

    /** A version that every generation knows. */
    public InventoryRecord(String tenant, String site, int version, Instant effectiveFrom, String yaml) {
        this(tenant, site, version, effectiveFrom, yaml, 0);
    }

    public InventoryRecord {
        requireNonNull(effectiveFrom, "effectiveFrom");
        requireNonNull(yaml, "yaml");
        if (!Names.isId(tenant) || !Names.isId(site)) {
            throw new IllegalArgumentException(Names.printable(
                    "a tenant and a site are 1 to 40 of a-z, 0-9 and '-', were " + tenant + ", " + site));
        }
        if (sinceGeneration < 0) {
            throw new IllegalArgumentException("sinceGeneration must be >= 0, was " + sinceGeneration);
        }
        if (version < 1) {
            throw new IllegalArgumentException("version must be >= 1, was " + version);
        }
    }

    /** {@code tenant|site|version}: the Kafka key. */
    public String key() {
        return tenant + "|" + site + "|" + version;
    }

    public byte[] encode() {
        byte[] message = InventoryVersion.newBuilder()
                .setTenantId(tenant)
                .setSiteId(site)
                .setVersion(version)
                .setEffectiveFromMs(effectiveFrom.toEpochMilli())
                .setYaml(yaml)
                .setSinceGeneration(sinceGeneration)
                .build()
                .toByteArray();
        return Zstd.compress(message);
    }

    /** Never throws for any content; what it expands to is bounded. */
    public static Result decode(byte[] bytes) {
        long size = contentSize(bytes);
        if (size < 0) {
            return new Result.Refused("not a zstd frame that states a size of at most " + MAX_BYTES + " bytes");
        }
        try {
            InventoryVersion message = InventoryVersion.parseFrom(Zstd.decompress(bytes, (int) size));
            return new Result.Decoded(new InventoryRecord(
                    message.getTenantId(),
                    message.getSiteId(),
                    message.getVersion(),
                    Instant.ofEpochMilli(message.getEffectiveFromMs()),
                    message.getYaml(),
                    message.getSinceGeneration()));
        } catch (ZstdException | InvalidProtocolBufferException e) {
            return new Result.Refused(Names.printable("not an inventory version: " + e.getMessage()));
        } catch (IllegalArgumentException | DateTimeException e) {
            return new Result.Refused(Names.printable(e.getMessage()));
        }
    }

    /** What a zstd frame expands to; -1 where it does not say, or says more than is taken. */
    static long contentSize(byte[] bytes) {
        long size = bytes.length == 0 ? -1 : Zstd.getFrameContentSize(bytes);
        return size > MAX_BYTES ? -1 : size;
    }
}
