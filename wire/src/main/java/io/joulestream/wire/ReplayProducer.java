package io.joulestream.wire;

import io.joulestream.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identity of a dead letter as the producer_id of the frame that is sent again: {@code dlq/} and the identity, so that
 * whoever reads the frame knows where what it holds first stood.
 *
 * @param entity empty for a whole frame
 * @param metric 0 for a whole frame
 * @param slot -1 for a whole frame or series
 */
public record ReplayProducer(
        String topic, int partition, long offset, String entity, int metric, int slot, String code) {
    private static final String PREFIX = "dlq/";
    private static final int MOST_CHARACTERS = 256;
    private static final Pattern FORM =
            Pattern.compile("([^/]+)/(\\d{1,9})/(\\d{1,18})/(.*)/(\\d{1,9})/(-?\\d{1,9})/([A-Z_]+)", Pattern.DOTALL);

    /** Empty for any other producer. */
    public static Optional<ReplayProducer> parse(String producerId) {
        return producerId.startsWith(PREFIX) ? ofIdentity(producerId.substring(PREFIX.length())) : Optional.empty();
    }

    /** Of a dead letter's identity, as its header has it; empty where it is none. */
    public static Optional<ReplayProducer> ofIdentity(String identity) {
        Matcher matcher = FORM.matcher(identity);
        return matcher.matches()
                ? Optional.of(new ReplayProducer(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        matcher.group(4),
                        Integer.parseInt(matcher.group(5)),
                        Integer.parseInt(matcher.group(6)),
                        matcher.group(7)))
                : Optional.empty();
    }

    /** An entity too long for a producer_id is named by its hash: the frame names it anyway. */
    public String producerId() {
        String whole = PREFIX + identity(entity);
        return whole.length() <= MOST_CHARACTERS
                ? whole
                : PREFIX
                        + identity("~"
                                + Sha256.hex(entity.getBytes(StandardCharsets.UTF_8))
                                        .substring(0, 16));
    }

    private String identity(String named) {
        return String.join("/", topic, "" + partition, "" + offset, named, "" + metric, "" + slot, code);
    }
}
