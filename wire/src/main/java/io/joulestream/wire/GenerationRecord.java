package io.joulestream.wire;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.v1.SiteGenerationRecord;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

/** A {@link SiteGeneration} as the inventory topic carries it: zstd over a small Protobuf message, beside the versions. */
public final class GenerationRecord {
    private static final Pattern KEY = Pattern.compile("[^|]*\\|[^|]*\\|g[0-9]+");

    private GenerationRecord() {}

    /** What came of one record under such a key. */
    public sealed interface Result {
        record Decoded(SiteGeneration generation) implements Result {}

        record Refused(String detail) implements Result {}
    }

    /** {@code tenant|site|g<n>}: the Kafka key. */
    public static String key(SiteGeneration generation) {
        return generation.tenant() + "|" + generation.site() + "|g" + generation.number();
    }

    /** Whether a record under this key, which may be null, tells a generation. */
    public static boolean isKey(byte[] key) {
        return key != null
                && KEY.matcher(new String(key, StandardCharsets.UTF_8)).matches();
    }

    public static byte[] encode(SiteGeneration generation) {
        SiteGenerationRecord.Builder message = SiteGenerationRecord.newBuilder()
                .setTenantId(generation.tenant())
                .setSiteId(generation.site())
                .setGeneration(generation.number())
                .setTopic(generation.topic())
                .setTopicId(generation.topicId())
                .setFloorMs(generation.floor().toEpochMilli())
                .setReason(generation.reason())
                .setMadeAtMs(generation.madeAt().toEpochMilli())
                .setPreviousUntilMs(generation.previousUntil().toEpochMilli());
        for (SiteGeneration.Source source : generation.sources()) {
            message.addSources(SiteGenerationRecord.Source.newBuilder()
                    .setTopic(source.topic())
                    .setTopicId(source.topicId()));
        }
        return Zstd.compress(message.build().toByteArray());
    }

    /** Never throws for any content; what it expands to is bounded. */
    public static Result decode(byte[] bytes) {
        long size = InventoryRecord.contentSize(bytes);
        if (size < 0) {
            return new Result.Refused("not a zstd frame that states its size");
        }
        try {
            SiteGenerationRecord message = SiteGenerationRecord.parseFrom(Zstd.decompress(bytes, (int) size));
            if (!Names.isId(message.getTenantId()) || !Names.isId(message.getSiteId())) {
                return new Result.Refused(Names.printable("a tenant and a site are 1 to 40 of a-z, 0-9 and '-', were "
                        + message.getTenantId() + ", " + message.getSiteId()));
            }
            return new Result.Decoded(new SiteGeneration(
                    message.getTenantId(),
                    message.getSiteId(),
                    message.getGeneration(),
                    message.getTopic(),
                    message.getTopicId(),
                    Instant.ofEpochMilli(message.getFloorMs()),
                    message.getReason(),
                    Instant.ofEpochMilli(message.getMadeAtMs()),
                    Instant.ofEpochMilli(message.getPreviousUntilMs()),
                    message.getSourcesList().stream()
                            .map(source -> new SiteGeneration.Source(source.getTopic(), source.getTopicId()))
                            .toList()));
        } catch (ZstdException | InvalidProtocolBufferException e) {
            return new Result.Refused(Names.printable("not a generation: " + e.getMessage()));
        } catch (IllegalArgumentException | DateTimeException e) {
            return new Result.Refused(Names.printable(e.getMessage()));
        }
    }
}
