package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InventoryHistoryTest {
    private final InventoryVersion january = version(1, "2026-01-01", "a");
    private final InventoryVersion march = version(2, "2026-03-01", "b");
    private final InventoryVersion februaryPublishedLast = version(3, "2026-02-01", "c");

    @Test
    void theLatestStartAtOrBeforeAnEventTimeApplies() {
        InventoryHistory history = InventoryHistory.of(List.of(march, februaryPublishedLast, january));

        assertThat(history.at(Instant.parse("2025-12-31T23:59:59.999Z"))).isEmpty();
        assertThat(history.at(Instant.parse("2026-01-01T00:00:00Z"))).contains(january);
        assertThat(history.at(Instant.parse("2026-02-28T23:59:59.999Z"))).contains(februaryPublishedLast);
        assertThat(history.at(Instant.parse("2026-03-01T00:00:00Z"))).contains(march);
        assertThat(history.at(Instant.parse("2099-01-01T00:00:00Z"))).contains(march);
    }

    @Test
    void ofTwoVersionsWithOneStartTheHigherNumberApplies() {
        InventoryVersion corrected = version(4, "2026-01-01", "d");

        assertThat(InventoryHistory.of(List.of(corrected, january)).at(january.effectiveFrom()))
                .contains(corrected);
        assertThat(InventoryHistory.of(List.of(january, corrected)).at(january.effectiveFrom()))
                .contains(corrected);
    }

    @Test
    void theNextChangeIsTheNextStart() {
        InventoryHistory history = InventoryHistory.of(List.of(january, march));

        assertThat(history.nextChangeAfter(january.effectiveFrom())).contains(march.effectiveFrom());
        assertThat(history.nextChangeAfter(march.effectiveFrom())).isEmpty();
    }

    @Test
    void aPeriodIsCutWhereAnotherInventoryStartsToApply() {
        InventoryHistory history = InventoryHistory.of(List.of(january, march));
        List<String> found = new ArrayList<>();

        history.forEachBetween(
                Instant.parse("2025-12-31T00:00:00Z"),
                Instant.parse("2026-03-01T00:00:02Z"),
                (inventory, millis) -> found.add(inventory.effectiveFrom() + " " + millis));

        assertThat(found).containsExactly("2026-01-01T00:00:00Z " + 59L * 86_400_000, "2026-03-01T00:00:00Z 2000");
    }

    @Test
    void aVersionReadAgainChangesNothing() {
        InventoryHistory history = InventoryHistory.of(List.of(january));

        assertThat(history.with(version(1, "2026-01-01", "a"))).isSameAs(history);
        assertThat(history.with(march).versions()).containsExactly(january, march);
        assertThat(history.versions()).containsExactly(january);
    }

    @Test
    void aPublishedVersionCannotBecomeAnother() {
        InventoryHistory history = InventoryHistory.of(List.of(january));

        assertThatThrownBy(() -> history.with(version(1, "2026-01-01", "z")))
                .hasMessageContaining("version 1")
                .hasMessageContaining("other content");
    }

    @Test
    void aHistoryIsOfOneSite() {
        String other = Sites.yaml("NODE_IN", node("a")).replace("site: s", "site: t");
        InventoryVersion foreign =
                new InventoryVersion(2, SiteInventoryParser.parse(other).orElseThrow());

        assertThatThrownBy(() -> InventoryHistory.of(List.of(january, foreign)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InventoryHistory.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static InventoryVersion version(int number, String from, String nodeId) {
        String yaml = Sites.yaml("NODE_IN", node(nodeId)).replace("2026-01-01", from);
        return new InventoryVersion(number, SiteInventoryParser.parse(yaml).orElseThrow());
    }
}
