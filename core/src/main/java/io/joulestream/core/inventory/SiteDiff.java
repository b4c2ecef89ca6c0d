package io.joulestream.core.inventory;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a new version of a site changes. {@code effectiveFrom} always differs and is not listed.
 *
 * @param added entities only the new version has, in its order
 * @param removed entities only the old version has, in its order
 * @param changed fields of the site, then of entities in both versions
 */
public record SiteDiff(List<Entity> added, List<Entity> removed, List<Change> changed) {
    /**
     * One field that differs.
     *
     * @param entityId null for a field of the site itself
     * @param field as it is called in the file
     * @param before null when the old version does not have it
     * @param after null when the new version does not have it
     */
    public record Change(String entityId, String field, String before, String after) {
        @Override
        public String toString() {
            return (entityId == null ? "" : entityId + " ") + field + ": " + before + " -> " + after;
        }
    }

    public SiteDiff {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /** @throws IllegalArgumentException when the two are not versions of one site */
    public static SiteDiff between(SiteInventory before, SiteInventory after) {
        if (!before.tenant().equals(after.tenant()) || !before.site().equals(after.site())) {
            throw new IllegalArgumentException("not versions of one site: " + before + " and " + after);
        }
        List<Change> changed = new ArrayList<>();
        compareSettings(before.settings(), after.settings(), changed);
        List<Entity> removed = new ArrayList<>();
        for (Entity old : before.entities()) {
            after.entity(old.id()).ifPresentOrElse(now -> compareEntities(old, now, changed), () -> removed.add(old));
        }
        List<Entity> added = after.entities().stream()
                .filter(entity -> before.entity(entity.id()).isEmpty())
                .toList();
        return new SiteDiff(added, removed, changed);
    }

    /** Whether everything the old version says still holds, so that the new one may start a little in the past. */
    public boolean onlyAddsEntities() {
        return removed.isEmpty() && changed.isEmpty();
    }

    /** Whether the two versions say the same. */
    public boolean isEmpty() {
        return added.isEmpty() && onlyAddsEntities();
    }

    private static void compareSettings(SiteSettings a, SiteSettings b, List<Change> changes) {
        compare(null, "name", a.name(), b.name(), changes);
        compare(null, "kind", a.kind(), b.kind(), changes);
        compare(null, "zone", a.zone(), b.zone(), changes);
        compare(null, "gridZone", a.gridZone(), b.gridZone(), changes);
        compare(null, "acceptHistory", a.acceptHistory(), b.acceptHistory(), changes);
        compare(null, "allowHistory", a.allowHistory(), b.allowHistory(), changes);
        compare(null, "itBoundary", a.itBoundary(), b.itBoundary(), changes);
        compare(
                null,
                "installedItKw",
                scaled(a.installedItMilliwatts(), 6),
                scaled(b.installedItMilliwatts(), 6),
                changes);
        compare(null, "designPue", plain(a.designPue()), plain(b.designPue()), changes);
        compare(
                null,
                "residualAlertPercent",
                plain(a.residualAlertPercent()),
                plain(b.residualAlertPercent()),
                changes);
        compare(null, "tariff", tariff(a.tariff()), tariff(b.tariff()), changes);
    }

    private static void compareEntities(Entity a, Entity b, List<Change> changes) {
        if (a.equals(b)) {
            return;
        }
        String id = a.id();
        compare(id, "kind", a.kind(), b.kind(), changes);
        compare(id, "role", a.role(), b.role(), changes);
        compare(id, "parent", a.parentId(), b.parentId(), changes);
        compare(id, "owner", a.ownerId(), b.ownerId(), changes);
        compare(id, "nameplateW", scaled(a.nameplateMilliwatts(), 3), scaled(b.nameplateMilliwatts(), 3), changes);
        compare(id, "accuracyClassPercent", plain(a.accuracyClassPercent()), plain(b.accuracyClassPercent()), changes);
        compare(id, "ctClassPercent", plain(a.ctClassPercent()), plain(b.ctClassPercent()), changes);
        compare(id, "renewable", a.renewable(), b.renewable(), changes);
        compare(id, "water", a.water(), b.water(), changes);
        compare(id, "allocationKey", a.allocationKey(), b.allocationKey(), changes);
        compareChannels(a, b, changes);
    }

    private static void compareChannels(Entity a, Entity b, List<Change> changes) {
        for (Channel old : a.channels()) {
            Channel now = b.channel(old.metric()).orElse(null);
            compare(a.id(), field(old), told(old), told(now), changes);
        }
        for (Channel now : b.channels()) {
            if (a.channel(now.metric()).isEmpty()) {
                compare(a.id(), field(now), null, told(now), changes);
            }
        }
    }

    private static String field(Channel channel) {
        return "channel " + channel.metric().dottedName();
    }

    private static String told(Channel channel) {
        if (channel == null) {
            return null;
        }
        return "samplePeriod " + channel.samplePeriod() + ", sampleKind " + channel.sampleKind() + ", resolution "
                + channel.resolution() + ", jitter " + channel.jitter() + ", modulus " + channel.modulus()
                + ", ctRatio " + channel.ctRatio()
                + channel.exchanges().stream()
                        .map(exchange -> ", exchanged " + exchange.at() + " at " + exchange.oldFinal() + " for "
                                + exchange.newInitial())
                        .collect(Collectors.joining());
    }

    private static String tariff(FlatTariff tariff) {
        return tariff == null ? null : plain(tariff.perKwh()) + " " + tariff.currency() + "/kWh";
    }

    private static String scaled(Long value, int scale) {
        return value == null ? null : plain(BigDecimal.valueOf(value, scale));
    }

    private static String plain(BigDecimal value) {
        return value == null ? null : value.stripTrailingZeros().toPlainString();
    }

    private static void compare(String entityId, String field, Object a, Object b, List<Change> changes) {
        if (!Objects.equals(a, b)) {
            changes.add(new Change(entityId, field, Objects.toString(a, null), Objects.toString(b, null)));
        }
    }

    @Override
    public String toString() {
        return added.size() + " added, " + removed.size() + " removed"
                + changed.stream().map(change -> ", " + change).collect(Collectors.joining());
    }
}
