package io.joulestream.streaming;

import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.energy.Amount;
import io.joulestream.core.energy.OwnerChanges;
import io.joulestream.core.inventory.EnergyPart;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.PowerGroup;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.EnergyBuckets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one owner's frames have changed in the parts of its site's balance since the last publication. Not thread-safe. */
final class PartChanges {
    private static final String UNALLOCATED = EnergyPart.unallocated().text();

    private final Map<PartMinute, PartDifference> parts = new TreeMap<>();

    private record PartMinute(String part, long minute) implements Comparable<PartMinute> {
        @Override
        public int compareTo(PartMinute other) {
            int byMinute = Long.compare(minute, other.minute);
            return byMinute != 0 ? byMinute : part.compareTo(other.part);
        }
    }

    /**
     * What an entity counts as.
     *
     * @param channel number of its channel of record
     * @param sharesItself a GPU whose group has no meter: what no run holds of it is unallocated
     */
    private record Counted(List<String> parts, int channel, long watts, boolean sharesItself) {
        static final Counted NOT = new Counted(List.of(), 0, 0, false);
    }

    /** Of the inventory that was asked last, what was asked of it. */
    private SiteInventory inventory;

    private final Map<String, Counted> counted = new HashMap<>();

    /** One change per frame and part's minute, however many of the owner's channels it touched. */
    void enter(List<OwnerChanges.Difference> differences, SiteRules rules) {
        Map<PartMinute, PartDifference> ofFrame = new HashMap<>();
        for (OwnerChanges.Difference difference : differences) {
            SiteInventory then = rules.inventoryAt(difference.minute() * 60_000);
            Counted entity = counted(then, difference.channel().entity());
            if (entity.channel() != difference.channel().metric()) {
                continue;
            }
            Amount amount = difference.amount();
            for (String part : entity.parts()) {
                add(
                        ofFrame,
                        part,
                        difference.minute(),
                        amount.energy(),
                        Math.multiplyExact(amount.coveredMillis(), entity.watts()),
                        Math.multiplyExact(amount.accountedMillis(), entity.watts()));
            }
            if (entity.sharesItself() && difference.run().isEmpty()) {
                add(ofFrame, UNALLOCATED, difference.minute(), amount.energy(), 0, 0);
            }
        }
        ofFrame.values().removeIf(PartDifference::isNone);
        ofFrame.forEach((key, difference) -> parts.merge(key, difference, PartChanges::plus));
    }

    private static void add(
            Map<PartMinute, PartDifference> ofFrame,
            String part,
            long minute,
            EnergyBuckets energy,
            long covered,
            long accounted) {
        PartMinute key = new PartMinute(part, minute);
        PartDifference known = ofFrame.get(key);
        PartDifference more = new PartDifference(part, minute, energy, covered, accounted, known == null ? 1 : 0);
        ofFrame.put(key, known == null ? more : plus(known, more));
    }

    private static PartDifference plus(PartDifference left, PartDifference right) {
        return new PartDifference(
                left.part(),
                left.minute(),
                left.energy().plus(right.energy()),
                Math.addExact(left.coveredWattMillis(), right.coveredWattMillis()),
                Math.addExact(left.accountedWattMillis(), right.accountedWattMillis()),
                left.changes() + right.changes());
    }

    private Counted counted(SiteInventory then, String entity) {
        if (then != inventory) {
            inventory = then;
            counted.clear();
        }
        return counted.computeIfAbsent(
                entity, id -> then.entity(id).map(known -> counted(then, known)).orElse(Counted.NOT));
    }

    private static Counted counted(SiteInventory inventory, Entity entity) {
        List<String> parts =
                inventory.partsOf(entity).stream().map(EnergyPart::text).toList();
        if (parts.isEmpty()) {
            return Counted.NOT;
        }
        boolean sharesItself = entity.role() == Role.GPU
                && !inventory.powerGroupOf(entity).map(PowerGroup::metered).orElse(true);
        int channel = entity.energyChannel().orElseThrow().metric().number();
        return new Counted(parts, channel, entity.nameplateMilliwatts() / 1_000, sharesItself);
    }

    /** Gives out and forgets what has changed. */
    List<PartDifference> publish() {
        List<PartDifference> changed = new ArrayList<>(parts.values());
        parts.clear();
        return changed;
    }
}
