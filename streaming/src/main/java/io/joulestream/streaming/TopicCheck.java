package io.joulestream.streaming;

import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.InventoryReader.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the job may go on with the topics it finds. What a state tells of a topic holds for the topic of that id only, and
 * only where nothing is gone between the state's place in it and what is still there.
 */
final class TopicCheck {
    private final Map<Site, List<SiteGeneration>> generations;
    private final Set<Site> sites;
    private final Set<String> present;

    /**
     * A topic as the broker has it.
     *
     * @param beginnings the first offset that is still there, by partition
     */
    record Present(String topic, String id, List<Long> beginnings) {}

    /**
     * A topic as the job's state has it.
     *
     * @param next the next offset to be read by partition; a partition of which nothing was read is not named
     */
    record Known(String id, int partitions, Map<Integer, Long> next) {}

    /**
     * Where state and topics do not belong together.
     *
     * @param sites whose ledger would be wrong; at least one
     */
    record Mismatch(String what, Set<String> sites) {}

    /**
     * @param sites all that have an inventory
     * @param present the names of all telemetry topics
     */
    TopicCheck(Set<Site> sites, Map<Site, List<SiteGeneration>> generations, Set<String> present) {
        this.sites = Set.copyOf(sites);
        this.generations = Map.copyOf(generations);
        this.present = Set.copyOf(present);
    }

    /**
     * Why the job may not start, one line per topic, and what mends it.
     *
     * @param known by topic, what the job's state says; empty for a job without state
     */
    List<String> problems(List<Present> topics, Map<String, Known> known) {
        return mismatches(topics, known).stream()
                .map(mismatch -> mismatch.what() + "; use: joulestream site rebuild "
                        + mismatch.sites().iterator().next() + " --from TIME --state-lost"
                        + (mismatch.sites().size() == 1 ? "" : ", and the same for each of " + mismatch.sites()))
                .toList();
    }

    /** @param known as of {@link #problems} */
    List<Mismatch> mismatches(List<Present> topics, Map<String, Known> known) {
        List<Mismatch> mismatches = new ArrayList<>();
        for (Present topic : topics) {
            String problem = problem(topic, known.get(topic.topic()));
            Set<String> unsettled = problem == null ? Set.of() : notRebuilt(topic);
            if (!unsettled.isEmpty()) {
                mismatches.add(new Mismatch("topic " + topic.topic() + " " + problem, unsettled));
            }
        }
        return mismatches;
    }

    /** Null when there is none. */
    private static String problem(Present topic, Known known) {
        if (known == null) {
            for (int partition = 0; partition < topic.beginnings().size(); partition++) {
                if (topic.beginnings().get(partition) > 0) {
                    return "begins at offset " + topic.beginnings().get(partition) + " of partition " + partition
                            + ", and the job has no state of what was before";
                }
            }
            return null;
        }
        if (!known.id().equals(topic.id())) {
            return "is another one than the job's state knows: it was deleted and made anew";
        }
        if (known.partitions() != topic.beginnings().size()) {
            return "has " + topic.beginnings().size() + " partitions, and had " + known.partitions()
                    + ": an owner's frames may have changed their partition";
        }
        for (Map.Entry<Integer, Long> next : new TreeMap<>(known.next()).entrySet()) {
            long beginning = topic.beginnings().get(next.getKey());
            if (beginning > next.getValue()) {
                return "begins at offset " + beginning + " of partition " + next.getKey() + ", and the job had read to "
                        + next.getValue() + ": what was between is lost";
            }
        }
        return null;
    }

    /** The sites whose ledger depends on the topic and was not rebuilt from it as it is now. */
    private Set<String> notRebuilt(Present topic) {
        SiteGeneration.Source source = new SiteGeneration.Source(topic.topic(), topic.id());
        Set<String> unsettled = new TreeSet<>();
        for (Site site : sites) {
            boolean rebuilt = generations.getOrDefault(site, List.of()).stream()
                    .anyMatch(generation ->
                            generation.standsAlone() && generation.sources().contains(source));
            if (uses(site, topic.topic()) && !rebuilt) {
                unsettled.add(site.site());
            }
        }
        return unsettled;
    }

    /** A site with a topic of its own does not use the shared one. */
    private boolean uses(Site site, String topic) {
        Topics.Telemetry granted = Topics.parse(topic).orElseThrow();
        if (!granted.tenant().equals(site.tenant())) {
            return false;
        }
        return granted.site()
                .map(site.site()::equals)
                .orElse(!present.contains(Topics.telemetry(site.tenant(), site.site())));
    }
}
