package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.gpu;
import static io.joulestream.core.inventory.Sites.meter;
import static io.joulestream.core.inventory.Sites.node;
import static io.joulestream.core.inventory.Sites.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SiteDiffTest {
    private final SiteInventory before = site("NODE_IN", node("a"), node("b"));

    @Test
    void aSiteDiffersInNothingFromItselfAtALaterStart() {
        SiteInventory later = SiteInventoryParser.parse(
                        Sites.yaml("NODE_IN", node("a"), node("b")).replace("2026-01", "2026-02"))
                .orElseThrow();

        assertThat(SiteDiff.between(before, later).isEmpty()).isTrue();
    }

    @Test
    void newEntitiesAloneLeaveEverythingElseAsItWas() {
        SiteDiff diff = SiteDiff.between(before, site("NODE_IN", node("a"), node("c"), node("b"), gpu("c/g", "c")));

        assertThat(diff.added()).extracting(Entity::id).containsExactly("c", "c/g");
        assertThat(diff.onlyAddsEntities()).isTrue();
        assertThat(diff.isEmpty()).isFalse();
    }

    @Test
    void aRemovedEntityIsMoreThanAnAddition() {
        SiteDiff diff = SiteDiff.between(before, site("NODE_IN", node("a"), node("c")));

        assertThat(diff.removed()).extracting(Entity::id).containsExactly("b");
        assertThat(diff.added()).extracting(Entity::id).containsExactly("c");
        assertThat(diff.onlyAddsEntities()).isFalse();
    }

    @Test
    void aChangedFieldIsToldWithItsOldAndItsNewValue() {
        SiteInventory after = SiteInventoryParser.parse(Sites.yaml(
                                "NODE_IN",
                                node("a").replace("1000", "2000.5"),
                                node("b").replace("PT1S", "PT2S"),
                                meter("m", "IT_SUB"))
                        + "designPue: 1.20\nallowHistory: true\n")
                .orElseThrow();

        SiteDiff diff = SiteDiff.between(before, after);

        assertThat(diff.onlyAddsEntities()).isFalse();
        assertThat(diff.changed())
                .contains(
                        new SiteDiff.Change(null, "allowHistory", "false", "true"),
                        new SiteDiff.Change(null, "designPue", null, "1.2"),
                        new SiteDiff.Change("a", "nameplateW", "1000", "2000.5"));
        assertThat(diff.changed()).hasSize(4);
        SiteDiff.Change channel = diff.changed().get(3);
        assertThat(channel.field()).isEqualTo("channel node.power");
        assertThat(channel.before()).startsWith("samplePeriod PT1S");
        assertThat(channel.after()).startsWith("samplePeriod PT2S");
    }

    @Test
    void aChannelMoreOrLessIsAChange() {
        SiteInventory without = site("NODE_IN", "id: a, kind: NODE, role: NODE_IN, nameplateW: 1000", node("b"));

        assertThat(SiteDiff.between(before, without).changed())
                .singleElement()
                .satisfies(change -> assertThat(change.after()).isNull());
        assertThat(SiteDiff.between(without, before).changed())
                .singleElement()
                .satisfies(change -> assertThat(change.before()).isNull());
    }

    @Test
    void versionsOfTwoSitesAreNotCompared() {
        SiteInventory other = SiteInventoryParser.parse(
                        Sites.yaml("NODE_IN", node("a")).replace("site: s", "site: t"))
                .orElseThrow();

        assertThatThrownBy(() -> SiteDiff.between(before, other)).isInstanceOf(IllegalArgumentException.class);
    }
}
