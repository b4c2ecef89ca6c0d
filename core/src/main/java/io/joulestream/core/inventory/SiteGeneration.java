package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A site's ledger computed anew from {@link #floor} on, out of a topic of its own.
 *
 * @param number 1, 2, 3... inside (tenant, site); 0, which needs no record, is the ledger as it began
 * @param topic whose frames this generation accounts for
 * @param topicId the broker's id of that topic, so that another one of the same name is not taken for it
 * @param floor the first instant accounted for, a whole UTC hour; what lies before stays with the generation before
 * @param reason why, in a person's words
 * @param madeAt when it was published
 * @param previousUntil the generation before accounts for what its topics' brokers stored before this instant;
 *     {@link Instant#EPOCH} where its state is lost, so that it accounts for nothing more
 * @param sources the topics it was filled from, and is followed from while senders still write there
 */
public record SiteGeneration(
        String tenant,
        String site,
        int number,
        String topic,
        String topicId,
        Instant floor,
        String reason,
        Instant madeAt,
        Instant previousUntil,
        List<Source> sources) {
    private static final long HOUR_SECONDS = Duration.ofHours(1).toSeconds();

    /** A topic, and the broker's id of it. */
    public record Source(String topic, String topicId) {
        public Source {
            requireNonNull(topic, "topic");
            requireNonNull(topicId, "topicId");
        }
    }

    public SiteGeneration {
        requireNonNull(tenant, "tenant");
        requireNonNull(site, "site");
        requireNonNull(topic, "topic");
        requireNonNull(topicId, "topicId");
        requireNonNull(reason, "reason");
        requireNonNull(madeAt, "madeAt");
        requireNonNull(previousUntil, "previousUntil");
        sources = List.copyOf(sources);
        if (number < 1) {
            throw new IllegalArgumentException("generation must be >= 1, was " + number);
        }
        if (floor.getNano() != 0 || Math.floorMod(floor.getEpochSecond(), HOUR_SECONDS) != 0) {
            throw new IllegalArgumentException("floor must be a whole hour, was " + floor);
        }
    }

    /** Whether the state of the generation before was lost, so that this one stands alone. */
    public boolean standsAlone() {
        return previousUntil.equals(Instant.EPOCH);
    }
}
