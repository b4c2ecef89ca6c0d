package io.joulestream.app;

import io.joulestream.wire.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the dead letters of one code have been sent again: of all sites together, and of single ones beyond that. Kept
 * as the offsets of consumer groups that have no members, so the broker forgets them after its
 * {@code offsets.retention.minutes}. For one thread.
 */
final class ReplayProgress {
    /** Instead of a site: all of them. */
    static final String ALL_SITES = "";

    private static final long REQUEST_SECONDS = 30;

    private final Admin admin;
    private final String group;
    private final Map<String, Map<Integer, Long>> bySite = new HashMap<>();

    /** @param admin stays the caller's to close */
    ReplayProgress(Admin admin, String tenant, String code) {
        this.admin = admin;
        this.group = "joulestream-dlq-replay." + tenant + "." + code;
    }

    /** The first offset that was not sent again yet, by partition of the dead-letter topic; without those never read. */
    Map<Integer, Long> of(String site) {
        Map<Integer, Long> known = bySite.get(site);
        if (known == null) {
            known = new HashMap<>(stored(ALL_SITES));
            if (!site.equals(ALL_SITES)) {
                for (Map.Entry<Integer, Long> own : stored(site).entrySet()) {
                    known.merge(own.getKey(), own.getValue(), Math::max);
                }
            }
            bySite.put(site, known);
        }
        return known;
    }

    /** Remembers that all before these offsets was sent again and is settled. */
    void reached(String site, Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> positions = offsets.entrySet().stream()
                .collect(Collectors.toMap(
                        offset -> new TopicPartition(Topics.DEAD_LETTERS, offset.getKey()),
                        offset -> new OffsetAndMetadata(offset.getValue())));
        try {
            admin.alterConsumerGroupOffsets(groupOf(site), positions).all().get(REQUEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new UserError(
                    "sent and settled, but group " + groupOf(site) + " could not keep how far: the next replay "
                            + "sends the same again: " + e,
                    e);
        }
    }

    private Map<Integer, Long> stored(String site) {
        try {
            return admin
                    .listConsumerGroupOffsets(groupOf(site))
                    .partitionsToOffsetAndMetadata()
                    .get(REQUEST_SECONDS, TimeUnit.SECONDS)
                    .entrySet()
                    .stream()
                    .filter(stored ->
                            stored.getValue() != null && stored.getKey().topic().equals(Topics.DEAD_LETTERS))
                    .collect(Collectors.toMap(
                            stored -> stored.getKey().partition(),
                            stored -> stored.getValue().offset()));
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new UserError(
                    "group " + groupOf(site) + " cannot be read, so how far letters were sent is not known: " + e, e);
        }
    }

    private UserError interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new UserError("interrupted while asking for group " + group, cause);
    }

    private String groupOf(String site) {
        return site.equals(ALL_SITES) ? group : group + "." + site;
    }
}
