package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.joulestream.app.outbound.Outbound;
import io.joulestream.app.outbound.OutboundException;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.Database;
import io.joulestream.storage.Delivery;
import io.joulestream.storage.KeeperLease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits for webhooks, until it was taken or a day is over: at least once, under the same id each time, and of each
 * alert in order. Whichever process has the lease does so, for one tenant after the other: none makes the others wait for long.
 */
final class WebhookSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    static final String WEBHOOKS_NOT_SENT = "WEBHOOKS_NOT_SENT";
    static final String WEBHOOK_GAVE_UP = "WEBHOOK_GAVE_UP";

    /** A CloudEvent in the structured form. */
    private static final String MEDIA_TYPE = "application/cloudevents+json";

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration GIVE_UP_AFTER = Duration.ofDays(1);
    private static final int AT_ONCE = 50;

    /**
     * So long may a tenant's messages take in a round, and the last of them as long as a call does; then it is another tenant's
     * turn. What is left is the oldest of the next round.
     */
    private static final Duration TURN = Duration.ofSeconds(10);

    private final Database database;
    private final String own;
    private final KeeperLease lease;
    private final Outbound outbound;
    private final Clock clock;
    private final RandomGenerator random;
    private final MessageCounts counts;
    private final Map<String, Long> deadByTenant = new ConcurrentHashMap<>();
    private final Rounds rounds =
            new Rounds("webhooks", PERIOD, WEBHOOKS_NOT_SENT, "what waits for webhooks is not sent", this::once);

    /**
     * @param own the tenant that is looked after whether anybody made it or not
     * @param random spreads what is sent again
     */
    WebhookSender(
            Database database,
            String own,
            KeeperLease lease,
            Outbound outbound,
            Clock clock,
            RandomGenerator random,
            MessageCounts counts) {
        this.database = database;
        this.own = own;
        this.lease = lease;
        this.outbound = outbound;
        this.clock = clock;
        this.random = random;
        this.counts = counts;
    }

    void start() {
        rounds.startAfter(PERIOD);
    }

    /** Returns how long to wait for the next one. */
    Duration round() {
        return rounds.round();
    }

    /** Why the last round failed, and what was given up. */
    List<Concern> problems() {
        List<Concern> problems = new ArrayList<>();
        rounds.problem().ifPresent(problems::add);
        long dead = deadByTenant.values().stream().mapToLong(Long::longValue).sum();
        if (dead > 0) {
            problems.add(gaveUp(dead));
        }
        return problems;
    }

    private void once() {
        if (lease.isMine()) {
            Tenants.each(database, own, this::send);
        } else {
            deadByTenant.clear(); // another process tells of it
        }
    }

    private void send(String tenant) {
        AlertStore alerts = database.alerts();
        sendAll(alerts, tenant);
        deadByTenant.put(tenant, alerts.givenUp(tenant));
    }

    /** A webhook that fails is left for this round: what else waits for it would fail too, each in its time. */
    private void sendAll(AlertStore alerts, String tenant) {
        Set<String> failing = new HashSet<>();
        Instant begun = clock.instant();
        for (Delivery delivery : alerts.due(tenant, begun, AT_ONCE)) {
            if (failing.contains(delivery.webhook())) {
                continue;
            }
            boolean isTurnOver = !clock.instant().isBefore(begun.plus(TURN));
            if (isTurnOver || !lease.isMine()) {
                return;
            }
            if (!isTaken(alerts, tenant, delivery)) {
                failing.add(delivery.webhook());
            }
        }
    }

    private boolean isTaken(AlertStore alerts, String tenant, Delivery delivery) {
        Instant sentAt = clock.instant();
        String result;
        boolean isTaken = false;
        try {
            Outbound.Answer answer = outbound.post(
                    delivery.url(),
                    WebhookSignature.headers(delivery.secrets(), delivery.eventId(), sentAt, delivery.body()),
                    MEDIA_TYPE,
                    delivery.body().getBytes(UTF_8));
            isTaken = answer.status() / 100 == 2;
            result = "HTTP " + answer.status();
        } catch (OutboundException e) {
            result = e.why() + ": " + e.getMessage();
        } catch (RuntimeException e) {
            LOG.warn("{} cannot be sent", delivery, e);
            result = OutboundException.Why.FAILED + ": " + e.getClass().getSimpleName();
        }
        Instant now = clock.instant();
        boolean isOver = !now.isBefore(delivery.createdAt().plus(GIVE_UP_AFTER));
        Delivery.Outcome outcome =
                isTaken ? Delivery.Outcome.DELIVERED : isOver ? Delivery.Outcome.DEAD : Delivery.Outcome.WAITING;
        if (!isTaken) {
            LOG.info("{} is {} after {} attempts: {}", delivery, outcome, delivery.attempts() + 1, result);
        }
        alerts.note(tenant, delivery, outcome, result, now, now.plus(pause(delivery.attempts())));
        if (outcome == Delivery.Outcome.DELIVERED) {
            counts.delivered();
        } else if (outcome == Delivery.Outcome.DEAD) {
            counts.gaveUp();
        }
        return isTaken;
    }

    /** Doubles with each attempt; somewhere in the upper half of it, so that many do not come back at once. */
    Duration pause(int attemptsBefore) {
        long longest =
                Math.min(LONGEST_PAUSE.toMillis(), FIRST_RETRY.toMillis() << Math.min(attemptsBefore, Integer.SIZE));
        return Duration.ofMillis(random.nextLong(longest / 2, longest + 1));
    }

    /** Without names, for it is told to all tenants. */
    private static Concern gaveUp(long messages) {
        return new Concern(
                Optional.of(WEBHOOK_GAVE_UP),
                messages + " messages of alerts were taken by no webhook within a day and are given up;"
                        + " GET /v1/webhooks and joulestream alert webhook list tell where, GET /v1/alerts tells the alerts");
    }

    @Override
    public void close() throws InterruptedException {
        rounds.close();
    }
}
