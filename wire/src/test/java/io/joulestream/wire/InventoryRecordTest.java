package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.joulestream.wire.v1.InventoryVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InventoryRecordTest {
    private static final InventoryRecord RECORD =
            new InventoryRecord("acme", "north-1", 3, Instant.parse("2015-01-01T00:00:00Z"), "zone: Ö\n".repeat(500));

    @Test
    void aVersionComesBackAsItWas() {
        assertThat(InventoryRecord.decode(RECORD.encode())).isEqualTo(new InventoryRecord.Result.Decoded(RECORD));
        assertThat(RECORD.key()).isEqualTo("acme|north-1|3");
    }

    @Test
    void aSiteFileIsCompressed() {
        assertThat(RECORD.encode().length).isLessThan(RECORD.yaml().getBytes(StandardCharsets.UTF_8).length / 10);
    }

    @Test
    void bytesThatAreNoVersionAreRefused() {
        byte[] good = RECORD.encode();
        byte[] cut = Arrays.copyOf(good, good.length - 5);
        byte[] noNames = Zstd.compress(
                InventoryVersion.newBuilder().setVersion(1).build().toByteArray());
        byte[] noMessage = Zstd.compress("hello, hello".getBytes(StandardCharsets.US_ASCII));

        assertThat(InventoryRecord.decode(cut)).isInstanceOf(InventoryRecord.Result.Refused.class);
        assertThat(InventoryRecord.decode(new byte[0])).isInstanceOf(InventoryRecord.Result.Refused.class);
        assertThat(InventoryRecord.decode(noNames)).isInstanceOf(InventoryRecord.Result.Refused.class);
        assertThat(InventoryRecord.decode(noMessage)).isInstanceOf(InventoryRecord.Result.Refused.class);
    }

    @Test
    void aRecordThatClaimsToBeHugeIsRefusedBeforeItIsUnpacked() {
        byte[] bomb = Zstd.compress(new byte[InventoryRecord.MAX_BYTES + 1]);

        assertThat(InventoryRecord.decode(bomb)).isInstanceOf(InventoryRecord.Result.Refused.class);
    }
}
