package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.streaming.TopicCheck.Known;
import io.joulestream.streaming.TopicCheck.Present;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader.Site;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
    private static final String SHARED = Topics.telemetry("t");
    private static final Site NORTH = new Site("t", "north");
    private static final Site SOUTH = new Site("t", "south");

    private final Map<Site, List<SiteGeneration>> generations = new HashMap<>();
    private Set<String> topics = Set.of(SHARED);

    @Test
    void aTopicThatIsWholeNeedsNoState() {
        assertThat(problems(present("a", 0, 0), Map.of())).isEmpty();
    }

    @Test
    void aTruncatedTopicWithoutStateIsRefusedAndTheCommandIsNamed() {
        assertThat(problems(present("a", 0, 7), Map.of()))
                .containsExactly(
                        "topic js.telemetry.v1.t begins at offset 7 of partition 1, and the job has no state of "
                                + "what was before; use: joulestream site rebuild north --from TIME --state-lost, and the same "
                                + "for each of [north, south]");
    }

    @Test
    void aTopicOfAnotherIdIsRefusedWithState() {
        assertThat(problems(present("b", 0, 0), known("a", 2, Map.of())))
                .singleElement()
                .asString()
                .contains("is another one", "joulestream site rebuild north --from TIME --state-lost");
    }

    @Test
    void partitionsAddedToATopicAreRefused() {
        assertThat(problems(present("a", 0, 0), known("a", 1, Map.of())))
                .singleElement()
                .asString()
                .contains("has 2 partitions, and had 1");
    }

    @Test
    void whatWasReadMayBeDeletedButNotMore() {
        assertThat(problems(present("a", 9, 5), known("a", 2, Map.of(0, 9L, 1, 5L))))
                .isEmpty();
        assertThat(problems(present("a", 9, 6), known("a", 2, Map.of(0, 9L, 1, 5L))))
                .singleElement()
                .asString()
                .contains("begins at offset 6 of partition 1, and the job had read to 5: what was between is lost");
    }

    @Test
    void aTopicIsTakenOnceEachOfItsSitesWasRebuiltFromIt() {
        generations.put(NORTH, List.of(generation("north", SHARED, "a", Instant.EPOCH)));
        assertThat(problems(present("a", 0, 7), Map.of()))
                .singleElement()
                .asString()
                .endsWith("use: joulestream site rebuild south --from TIME --state-lost");

        generations.put(SOUTH, List.of(generation("south", SHARED, "a", Instant.EPOCH)));
        assertThat(problems(present("a", 0, 7), Map.of())).isEmpty();
        assertThat(problems(present("b", 0, 7), Map.of()))
                .as("made anew after the rebuild")
                .hasSize(1);
    }

    @Test
    void aRebuildThatReliesOnTheOldStateDoesNotMendALostOne() {
        generations.put(NORTH, List.of(generation("north", SHARED, "a", Instant.parse("2026-03-01T00:00:00Z"))));
        generations.put(SOUTH, List.of(generation("south", SHARED, "a", Instant.EPOCH)));

        assertThat(problems(present("a", 0, 7), Map.of())).hasSize(1);
    }

    @Test
    void aSiteWithATopicOfItsOwnDoesNotDependOnTheSharedOne() {
        topics = Set.of(SHARED, Topics.telemetry("t", "south"));
        generations.put(NORTH, List.of(generation("north", SHARED, "a", Instant.EPOCH)));

        assertThat(problems(present("a", 3, 0), Map.of())).isEmpty();
    }

    private List<String> problems(Present topic, Map<String, Known> known) {
        return new TopicCheck(Set.of(NORTH, SOUTH), generations, topics).problems(List.of(topic), known);
    }

    private static Present present(String id, long... beginnings) {
        return new Present(
                SHARED, id, java.util.Arrays.stream(beginnings).boxed().toList());
    }

    private static Map<String, Known> known(String id, int partitions, Map<Integer, Long> next) {
        return Map.of(SHARED, new Known(id, partitions, next));
    }

    private static SiteGeneration generation(String site, String topic, String id, Instant previousUntil) {
        return new SiteGeneration(
                "t",
                site,
                1,
                Topics.telemetry("t", site, 1),
                "x",
                Instant.EPOCH,
                "",
                Instant.EPOCH,
                previousUntil,
                List.of(new SiteGeneration.Source(topic, id)));
    }
}
