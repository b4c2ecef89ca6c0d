package io.joulestream.wire;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.Optional;

/**
 * Whose readings a frame holds. All frames of one owner have one key, so they are in one partition and in order.
 *
 * @param tenant 1 to 40 of a-z, 0-9 and '-'
 * @param site the same, unique inside the tenant
 * @param owner a path under the site, as {@code node-a01} or {@code meter/MDB-1}
 */
public record FrameKey(String tenant, String site, String owner) {
    public FrameKey {
        if (!Names.isId(tenant) || !Names.isId(site) || !Names.isPath(owner)) {
            throw new IllegalArgumentException(
                    Names.printable("not a frame key: " + tenant + "|" + site + "|" + owner));
        }
    }

    /** @throws IllegalArgumentException if the frame did not come from {@link FrameCodec#decode} and its names are bad */
    public static FrameKey of(TelemetryFrame frame) {
        return new FrameKey(frame.getTenantId(), frame.getSiteId(), frame.getOwnerId());
    }

    /** The key in {@code tenant|site|owner}, or empty where it is not one. */
    public static Optional<FrameKey> parse(String text) {
        String[] parts = text.split("\\|", -1);
        return parts.length == 3 && Names.isId(parts[0]) && Names.isId(parts[1]) && Names.isPath(parts[2])
                ? Optional.of(new FrameKey(parts[0], parts[1], parts[2]))
                : Optional.empty();
    }

    /** {@code tenant|site|owner}: the Kafka key. */
    @Override
    public String toString() {
        return tenant + "|" + site + "|" + owner;
    }
}
