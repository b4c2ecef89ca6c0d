package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.BackupManifest.Offset;
import io.joulestream.app.HeldOffsets.Topic;
import io.joulestream.streaming.SavepointTopic;
import io.joulestream.wire.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldOffsetsTest {
    private static final String TOPIC = "js.telemetry.v1.t";

    private static final List<Offset> NEEDED = List.of(new Offset(TOPIC, "a", 0, 10), new Offset(TOPIC, "a", 1, 0));

    @Test
    void whatTheSavepointHasReadIsNotNeededAndWhatWasThereUnreadIs() {
        List<SavepointTopic> savepoint = List.of(
                new SavepointTopic(TOPIC, "a", 3, Map.of(0, 10L)),
                new SavepointTopic("js.telemetry.v1.t.long-gone", "g", 1, Map.of(0, 3L)),
                new SavepointTopic("js.telemetry.v1.t.made-meanwhile", "b", 1, Map.of()));
        Map<String, Topic> before = Map.of(
                TOPIC,
                new Topic("a", List.of(4L, 5L, 0L), List.of(12L, 9L, 0L)),
                Topics.INVENTORY,
                new Topic("i", List.of(0L), List.of(7L)));

        Map<String, Topic> after = Map.of("js.telemetry.v1.t.made-meanwhile", new Topic("b", List.of(0L), List.of(1L)));

        assertThat(HeldOffsets.needed(savepoint, before, after))
                .containsExactly(
                        new Offset(Topics.INVENTORY, "i", 0, 0),
                        new Offset(TOPIC, "a", 0, 10),
                        new Offset(TOPIC, "a", 1, 5),
                        new Offset(TOPIC, "a", 2, 0),
                        new Offset("js.telemetry.v1.t.made-meanwhile", "b", 0, 0));
    }

    @Test
    void whatIsHeldToTheOffsetItselfIsEnough() {
        assertThat(problems("a", List.of(10L, 0L), List.of(10L, 0L))).isEmpty();
        assertThat(problems("a", List.of(3L, 0L), List.of(99L, 5L))).isEmpty();
    }

    @Test
    void aPartitionThatBeginsLaterIsNamedWithBothNumbers() {
        assertThat(problems("a", List.of(11L, 0L), List.of(20L, 0L)))
                .containsExactly("topic " + TOPIC + " partition 0 begins at offset 11, the backup goes on at 10");
        assertThat(problems("a", List.of(0L, 1L), List.of(20L, 1L)))
                .containsExactly("topic " + TOPIC + " partition 1 begins at offset 1, the backup goes on at 0");
    }

    @Test
    void aPartitionThatEndsBeforeIsNamedWithBothNumbers() {
        assertThat(problems("a", List.of(0L, 0L), List.of(9L, 0L)))
                .containsExactly("topic " + TOPIC + " partition 0 ends at offset 9, the backup goes on at 10");
    }

    @Test
    void aTopicMadeAnewIsNotTheSame() {
        assertThat(problems("b", List.of(0L, 0L), List.of(20L, 20L)))
                .containsExactly("topic " + TOPIC + " was deleted and made anew: it has id b, the backup's has a");
    }

    @Test
    void aMissingTopicAndAMissingPartitionAreNamed() {
        assertThat(HeldOffsets.problems(NEEDED, Map.of())).containsExactly("topic " + TOPIC + " is gone");
        assertThat(problems("a", List.of(0L), List.of(20L))).containsExactly("topic " + TOPIC + " has no partition 1");
    }

    private static List<String> problems(String id, List<Long> beginnings, List<Long> ends) {
        return HeldOffsets.problems(NEEDED, Map.of(TOPIC, new Topic(id, beginnings, ends)));
    }
}
