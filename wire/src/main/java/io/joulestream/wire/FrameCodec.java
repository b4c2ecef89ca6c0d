package io.joulestream.wire;

import static io.joulestream.core.ledger.RejectCode.DECODE_ERROR;
import static io.joulestream.core.ledger.RejectCode.FRAME_TOO_LARGE;
import static io.joulestream.core.ledger.RejectCode.SCHEMA_UNSUPPORTED;
import static io.joulestream.core.ledger.RejectCode.SLOT_MISMATCH;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Packing;
import io.joulestream.wire.v1.Series;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Telemetry frames to bytes and back.
 *
 * <p>{@link #decode} makes every check that needs the frame alone, before anything is unpacked, so what a frame costs is
 * bounded by its bytes. Stateless; any thread.
 */
public final class FrameCodec {
    public static final int SCHEMA_VERSION = 1;
    public static final int MAX_BYTES = 512 * 1024;
    public static final int MAX_ENTITIES = 512;
    public static final int MAX_SERIES = 64;
    public static final int MAX_SLOTS = 3600;
    static final int MAX_LABELS = 16;
    static final int MAX_LABEL_BYTES = 128;

    private FrameCodec() {}

    /**
     * The frame in {@code bytes}, or why the record is refused. Never throws for any content.
     *
     * <p>Metrics, units and the inventory are not looked at: a frame may decode and still hold samples that are refused.
     */
    public static FrameResult decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return new FrameResult.Refused(FRAME_TOO_LARGE, bytes.length + " bytes; a frame has at most " + MAX_BYTES);
        }
        TelemetryFrame frame;
        try {
            frame = TelemetryFrame.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return new FrameResult.Refused(DECODE_ERROR, Names.printable("not a telemetry frame: " + e.getMessage()));
        }
        return violation(frame).<FrameResult>map(v -> v).orElseGet(() -> new FrameResult.Decoded(frame));
    }

    /** Bytes that depend on the frame's content alone. Does not check the frame: {@link #decode} does. */
    public static byte[] encode(TelemetryFrame frame) {
        byte[] bytes = new byte[frame.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            frame.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to an array of the frame's own size", e);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }

    private static Optional<FrameResult.Refused> violation(TelemetryFrame frame) {
        if (frame.getSchemaVersion() != SCHEMA_VERSION) {
            return refuse(
                    SCHEMA_UNSUPPORTED,
                    "schema_version " + Integer.toUnsignedString(frame.getSchemaVersion()) + "; this reads "
                            + SCHEMA_VERSION);
        }
        if (!Names.isId(frame.getTenantId()) || !Names.isId(frame.getSiteId())) {
            return refuse(DECODE_ERROR, "tenant_id and site_id are 1 to 40 of a-z, 0-9 and '-'");
        }
        if (!Names.isPath(frame.getOwnerId())) {
            return refuse(DECODE_ERROR, "owner_id is empty, too long, or has '|' or a control character");
        }
        if (!Names.isText(frame.getProducerId())) {
            return refuse(DECODE_ERROR, "producer_id is too long or has a control character");
        }
        long slots = Integer.toUnsignedLong(frame.getSlots());
        if (slots > MAX_SLOTS) {
            return refuse(FRAME_TOO_LARGE, slots + " slots; a frame has at most " + MAX_SLOTS);
        }
        if (slots == 0) {
            return refuse(SLOT_MISMATCH, "no slots; a frame has at least 1");
        }
        if (frame.getEntitiesCount() > MAX_ENTITIES) {
            return refuse(FRAME_TOO_LARGE, frame.getEntitiesCount() + " entities; a frame has at most " + MAX_ENTITIES);
        }
        Optional<String> times = SlotTimes.violation(frame);
        if (times.isPresent()) {
            return refuse(SLOT_MISMATCH, times.get());
        }
        for (int i = 0; i < frame.getEntitiesCount(); i++) {
            Optional<FrameResult.Refused> found = violation(frame.getEntities(i), "entity " + i, (int) slots);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<FrameResult.Refused> violation(Entity entity, String where, int slots) {
        if (!Names.isPath(entity.getEntityId())) {
            return refuse(DECODE_ERROR, where + ": entity_id is empty, too long, or has '|' or a control character");
        }
        if (!Names.isText(entity.getRunId()) || !Names.isText(entity.getJobId()) || !Names.isText(entity.getHwId())) {
            return refuse(DECODE_ERROR, where + ": run_id, job_id or hw_id is too long or has a control character");
        }
        if (entity.getLabelsCount() > MAX_LABELS) {
            return refuse(
                    FRAME_TOO_LARGE,
                    where + ": " + entity.getLabelsCount() + " labels; an entity has at most " + MAX_LABELS);
        }
        for (Map.Entry<String, String> label : entity.getLabelsMap().entrySet()) {
            if (bytesOf(label.getKey()) > MAX_LABEL_BYTES || bytesOf(label.getValue()) > MAX_LABEL_BYTES) {
                return refuse(
                        FRAME_TOO_LARGE,
                        where + ": a label's key and value have at most " + MAX_LABEL_BYTES + " bytes");
            }
        }
        if (entity.getSeriesCount() > MAX_SERIES) {
            return refuse(
                    FRAME_TOO_LARGE,
                    where + ": " + entity.getSeriesCount() + " series; an entity has at most " + MAX_SERIES);
        }
        for (int i = 0; i < entity.getSeriesCount(); i++) {
            Series series = entity.getSeries(i);
            if (series.getPacking() == Packing.UNRECOGNIZED) {
                return refuse(SCHEMA_UNSUPPORTED, where + ", series " + i + ": packing " + series.getPackingValue());
            }
            Optional<String> found = SeriesValues.violation(series, slots)
                    .or(() -> Quality.violation(series.getQualityRunsList(), slots));
            if (found.isPresent()) {
                return refuse(SLOT_MISMATCH, where + ", series " + i + ": " + found.get());
            }
        }
        return Optional.empty();
    }

    private static int bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Optional<FrameResult.Refused> refuse(RejectCode code, String detail) {
        return Optional.of(new FrameResult.Refused(code, detail));
    }
}
