package io.joulestream.api;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.core.alert.Observation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What rules see at one instant, and where they could not look: of that nothing is known, neither good nor bad. For one thread.
 */
final class AlertSight {
    private static final Logger LOG = LoggerFactory.getLogger(AlertSight.class);

    private final Map<AlertRule, List<Observation>> seen = new LinkedHashMap<>();
    private final Set<Place> unseen = new HashSet<>();
    private Optional<RuntimeException> failure = Optional.empty();

    /** @param site empty for all of them */
    private record Place(String rule, Optional<String> site) {}

    void add(AlertRule rule, List<Observation> observations) {
        if (!observations.isEmpty()) {
            seen.computeIfAbsent(rule, of -> new ArrayList<>()).addAll(observations);
        }
    }

    /**
     * A rule could not look.
     *
     * @param site where; empty if nowhere
     */
    void fail(AlertRule rule, Optional<String> site, RuntimeException why) {
        LOG.warn("rule {} cannot be judged at {}", rule.name(), site.orElse("any site"), why);
        unseen.add(new Place(rule.name(), site));
        failure.ifPresentOrElse(
                first -> {
                    if (first != why) {
                        first.addSuppressed(why);
                    }
                },
                () -> failure = Optional.of(why));
    }

    /** By each rule that saw anything. */
    Map<AlertRule, List<Observation>> seen() {
        return seen;
    }

    /** Whether the rule could not look there. */
    boolean isUnseen(String rule, String site) {
        return unseen.contains(new Place(rule, Optional.empty()))
                || unseen.contains(new Place(rule, Optional.of(site)));
    }

    /** What failed first; the others are suppressed in it. */
    Optional<RuntimeException> failure() {
        return failure;
    }
}
