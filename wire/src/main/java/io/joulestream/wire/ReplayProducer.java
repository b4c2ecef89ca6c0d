package io.joulestream.wire;

import io.joulestream.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The producer_id of a dead letter that is sent again: {@code dlq/} and the letter's identity, so that whoever reads the
 * frame knows where what it holds first stood.
 *
 * @param slot -1 for a whole frame or series
 */
public record ReplayProducer(String topic, int partition, long offset, int slot) {
    private static final String PREFIX = "dlq/";
    private static final int MOST_CHARACTERS = 256;
    private static final Pattern FORM = Pattern.compile(
            "dlq/([^/]+)/(\\d{1,9})/(\\d{1,18})/(.*)/(\\d{1,9})/(-?\\d{1,9})/([A-Z_]+)", Pattern.DOTALL);

    /** Empty for any other producer. */
    public static Optional<ReplayProducer> parse(String producerId) {
        Matcher matcher = FORM.matcher(producerId);
        return matcher.matches()
                ? Optional.of(new ReplayProducer(
                        matcher.group(1),
                        Integer.parseInt(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        Integer.parseInt(matcher.group(6))))
                : Optional.empty();
    }

    /**
     * The producer_id for a letter. An entity too long for a producer_id is named by its hash: the frame names it anyway.
     *
     * @param entity empty for a whole frame
     */
    public static String of(
            String topic, int partition, long offset, String entity, int metric, int slot, String code) {
        String identity = identity(topic, partition, offset, entity, metric, slot, code);
        if (PREFIX.length() + identity.length() > MOST_CHARACTERS) {
            String hash =
                    "~" + Sha256.hex(entity.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
            identity = identity(topic, partition, offset, hash, metric, slot, code);
        }
        return PREFIX + identity;
    }

    private static String identity(
            String topic, int partition, long offset, String entity, int metric, int slot, String code) {
        return String.join("/", topic, "" + partition, "" + offset, entity, "" + metric, "" + slot, code);
    }
}
