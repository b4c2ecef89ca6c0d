package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void aTopicSaysWhatItGrants() {
        assertThat(Topics.parse(Topics.telemetry("acme"))).contains(new Topics.Telemetry("acme", Optional.empty(), 0));
        assertThat(Topics.parse(Topics.telemetry("acme", "north-1")))
                .contains(new Topics.Telemetry("acme", Optional.of("north-1"), 0));
        assertThat(Topics.parse(Topics.telemetry("acme", "north-1", 3)))
                .contains(new Topics.Telemetry("acme", Optional.of("north-1"), 3));
    }

    @Test
    void theFirstGenerationIsNotWritten() {
        assertThat(Topics.telemetry("acme", "north-1", 0)).isEqualTo("js.telemetry.v1.acme.north-1");
        assertThat(Topics.telemetry("acme", "north-1", 2)).isEqualTo("js.telemetry.v1.acme.north-1.g2");
    }

    @Test
    void aSiteThatIsNamedLikeAGenerationIsASite() {
        assertThat(Topics.generationOf("js.telemetry.v1.acme.g7")).isZero();
        assertThat(Topics.generationOf("js.telemetry.v1.acme.g7.g7")).isEqualTo(7);
    }

    @Test
    void otherTopicsAreNotTelemetry() {
        assertThat(Topics.parse(Topics.INVENTORY)).isEmpty();
        assertThat(Topics.parse("js.telemetry.v1.")).isEmpty();
        assertThat(Topics.parse("js.telemetry.v1.acme.north.g0")).isEmpty();
        assertThat(Topics.parse("js.telemetry.v1.acme.north.x")).isEmpty();
    }

    @Test
    void aNameThatDoesNotFitIsAProgrammingError() {
        assertThatThrownBy(() -> Topics.telemetry("a.b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFrameKeyComesBackFromItsText() {
        FrameKey key = new FrameKey("acme", "north-1", "h2/r07/node-a01");

        assertThat(FrameKey.parse(key.toString())).contains(key);
        assertThat(key).hasToString("acme|north-1|h2/r07/node-a01");
        assertThat(FrameKey.parse("acme|north-1")).isEmpty();
        assertThat(FrameKey.parse("acme|north-1|a|b")).isEmpty();
        assertThat(FrameKey.parse("")).isEmpty();
    }
}
