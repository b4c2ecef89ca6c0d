package io.joulestream.app;

import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.storage.Database;
import io.joulestream.storage.DeadLetterFilter;
import io.joulestream.wire.Replay;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.DeadLetterReader;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Dead letters of one code sent again, those that came since the last time. How far it came is remembered only when all
 * that it sent is settled, so a replay that was broken off begins where it began. For one thread.
 */
final class DeadLetterReplay implements AutoCloseable {
    private final AppConfig config;
    private final Endpoints endpoints;
    private final DeadLetterFilter wanted;
    private final boolean again;
    private final Database database;
    private final Admin admin;
    private final ReplayProgress progress;
    private final Map<String, FramePublisher> publishers = new TreeMap<>();
    private final Map<String, Integer> generations = new HashMap<>();

    /**
     * @param byTopic how many frames
     * @param refused how many letters cannot be sent, by the reason
     * @param since whether there was an earlier replay to go on from
     */
    record Told(Map<String, Integer> byTopic, Map<String, Integer> refused, boolean since) {}

    /** @param again from the first letter on, as if nothing had been sent */
    DeadLetterReplay(AppConfig config, Endpoints endpoints, DeadLetterFilter wanted, boolean again) {
        this.config = config;
        this.endpoints = endpoints;
        this.wanted = wanted;
        this.again = again;
        this.database = Database.open(endpoints.database());
        this.admin = Admin.create(endpoints.kafkaSettings());
        this.progress = new ReplayProgress(admin, wanted.tenant(), wanted.code());
    }

    /** What would be sent. */
    Told count() {
        return read(frame -> {}, new TreeMap<>());
    }

    /** Sends and waits until all is settled. */
    Told send() throws InterruptedException {
        Map<Integer, Long> reached = new TreeMap<>();
        Told told = read(
                frame -> publishers
                        .computeIfAbsent(frame.topic(), topic -> new FramePublisher(endpoints.kafkaSettings(), topic))
                        .publish(frame.frame()),
                reached);
        for (FramePublisher publisher : publishers.values()) {
            publisher.flush();
        }
        for (FramePublisher publisher : publishers.values()) {
            Settlement.Outcome outcome = new Settlement(admin, endpoints.group(), publisher::nudge)
                    .await(publisher.highestOffsets(), config.importPatience());
            if (outcome instanceof Settlement.Outcome.TimedOut late) {
                throw new UserError("sent, but not settled within " + config.importPatience() + ": " + late.missing());
            }
        }
        progress.reached(site(), reached);
        return told;
    }

    /** Each letter once, though the topic may hold it more often. */
    private Told read(Consumer<Replay.Frame> each, Map<Integer, Long> reached) {
        Map<String, Integer> byTopic = new TreeMap<>();
        Map<String, Integer> refused = new TreeMap<>();
        Set<String> met = new HashSet<>();
        long now = Clock.systemUTC().millis();
        Map<Integer, Long> from = again ? Map.of() : progress.of(site());
        try (DeadLetterReader reader = new DeadLetterReader(endpoints.kafkaSettings())) {
            reached.putAll(reader.read(from, config.importPatience(), found -> {
                DeadLetter letter = found.letter();
                if (!isWanted(letter) || !again && wasSent(found) || !met.add(letter.identity())) {
                    return;
                }
                Replay replay = Replay.of(letter, wanted.tenant(), now);
                if (replay instanceof Replay.Frame frame) {
                    each.accept(frame);
                    byTopic.merge(topicOf(frame), 1, Integer::sum);
                } else if (replay instanceof Replay.Refused why) {
                    refused.merge(why.why(), 1, Integer::sum);
                }
            }));
        }
        return new Told(byTopic, refused, !from.isEmpty());
    }

    private boolean isWanted(DeadLetter letter) {
        return letter.code().equals(wanted.code())
                && (letter.tenant().equals(wanted.tenant()) || letter.tenant().isEmpty())
                && (wanted.site() == null || letter.site().equals(wanted.site()));
    }

    /** The topic that the site's generation in force reads; that of a site never rebuilt is where the letter's record stood. */
    private String topicOf(Replay.Frame frame) {
        String site = frame.frame().getSiteId();
        int generation = generations.computeIfAbsent(
                site, ofSite -> database.generations().inForce(wanted.tenant(), ofSite));
        return generation == 0 ? frame.topic() : Topics.telemetry(wanted.tenant(), site, generation);
    }

    /** Its site may have been replayed beyond the others. */
    private boolean wasSent(DeadLetterReader.Found found) {
        return found.offset() < progress.of(found.letter().site()).getOrDefault(found.partition(), 0L);
    }

    private String site() {
        return wanted.site() == null ? ReplayProgress.ALL_SITES : wanted.site();
    }

    @Override
    public void close() {
        publishers.values().forEach(FramePublisher::close);
        admin.close();
        database.close();
    }
}
