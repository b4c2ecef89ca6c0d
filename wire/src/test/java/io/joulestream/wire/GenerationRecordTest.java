package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.v1.SiteGenerationRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationRecordTest {
    private static final SiteGeneration SECOND = new SiteGeneration(
            "acme",
            "north-1",
            2,
            "js.telemetry.v1.acme.north-1.g2",
            "qX1",
            Instant.parse("2026-03-01T10:00:00Z"),
            "CT ratio of feed A",
            Instant.parse("2026-03-04T11:12:13.456Z"),
            Instant.parse("2026-03-04T11:13:13.456Z"),
            List.of(new SiteGeneration.Source("js.telemetry.v1.acme", "a"), new SiteGeneration.Source("t", "b")));

    @Test
    void whatIsEncodedIsDecoded() {
        assertThat(GenerationRecord.decode(GenerationRecord.encode(SECOND)))
                .isEqualTo(new GenerationRecord.Result.Decoded(SECOND));
        assertThat(SECOND.standsAlone()).isFalse();
    }

    @Test
    void itsKeyIsToldFromAVersions() {
        assertThat(GenerationRecord.key(SECOND)).isEqualTo("acme|north-1|g2");
        assertThat(GenerationRecord.isKey("acme|north-1|g2".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(GenerationRecord.isKey("acme|north-1|2".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(GenerationRecord.isKey("acme|g2|2".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(GenerationRecord.isKey(null)).isFalse();
    }

    @Test
    void anythingElseIsRefusedWithItsReason() {
        byte[] noHour = Zstd.compress(SiteGenerationRecord.newBuilder()
                .setTenantId("acme")
                .setSiteId("north")
                .setGeneration(1)
                .setFloorMs(1)
                .build()
                .toByteArray());

        assertThat(GenerationRecord.decode(new byte[0])).isInstanceOf(GenerationRecord.Result.Refused.class);
        assertThat(GenerationRecord.decode("no".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(GenerationRecord.Result.Refused.class);
        assertThat(GenerationRecord.decode(noHour))
                .isEqualTo(new GenerationRecord.Result.Refused(
                        "floor must be a whole hour, was 1970-01-01T00:00:00.001Z"));
    }

    @Test
    void aFloorInsideAnHourIsNone() {
        assertThatThrownBy(() -> new SiteGeneration(
                        "t",
                        "s",
                        1,
                        "x",
                        "y",
                        Instant.parse("2026-03-01T10:30:00Z"),
                        "",
                        Instant.EPOCH,
                        Instant.EPOCH,
                        List.of()))
                .hasMessage("floor must be a whole hour, was 2026-03-01T10:30:00Z");
    }
}
