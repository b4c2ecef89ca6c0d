package io.joulestream.core.inventory;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneRules;
import java.util.stream.Stream;

/** Derives a zone's ledger step: the longest of 60, 30, 15 minutes that divides every offset the zone has had since 2015. */
final class LedgerStep {
    private static final Instant FIRST_READINGS = Instant.parse("2015-01-01T00:00:00Z");

    private LedgerStep() {}

    static Duration of(ZoneId zone) {
        for (int minutes : new int[] {60, 30, 15}) {
            if (offsetsSince2015(zone.getRules()).allMatch(offset -> offset.getTotalSeconds() % (minutes * 60) == 0)) {
                return Duration.ofMinutes(minutes);
            }
        }
        throw new IllegalArgumentException("zone " + zone + " has an offset that is no multiple of 15 minutes");
    }

    private static Stream<ZoneOffset> offsetsSince2015(ZoneRules rules) {
        Stream<ZoneOffset> written = rules.getTransitions().stream()
                .filter(transition -> !transition.getInstant().isBefore(FIRST_READINGS))
                .map(ZoneOffsetTransition::getOffsetAfter);
        Stream<ZoneOffset> recurring =
                rules.getTransitionRules().stream().map(ZoneOffsetTransitionRule::getOffsetAfter);
        return Stream.concat(Stream.of(rules.getOffset(FIRST_READINGS)), Stream.concat(written, recurring));
    }
}
