package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.joulestream.api.AlertRound;
import io.joulestream.app.outbound.Outbound;
import io.joulestream.app.outbound.OutboundHosts;
import io.joulestream.core.alert.WebhookSecret;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.Delivery;
import io.joulestream.storage.KeeperLease;
import io.joulestream.storage.LedgerWriter;
import io.joulestream.storage.Webhook;
import io.joulestream.storage.WebhookMessage;
import io.joulestream.storage.testing.LedgerServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an alert over a real ledger to a real receiver. */
class WebhookSenderIT {
    private static final String TENANT = "default";
    private static final AuditEntry ACT = new AuditEntry("cli:test", "webhook.test", "it", "");
    private static final byte[] SECRET = "a secret of thirty-two bytes, not".getBytes(UTF_8);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Messages are made by the server's clock: what is due to be sent is so by it too. */
    private static final Instant NOW = Clock.systemUTC().instant();

    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch over = new CountDownLatch(1);
    private ExecutorService threads;
    private HttpServer receiver;
    private DatabaseAddress address;
    private Database database;
    private KeeperLease lease;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final MessageCounts counts = MessageCounts.register(registry);
    private Outbound outbound;
    private Answering answering = () -> 204;

    private record Received(String path, String id, String timestamp, String signature, String type, String body) {}

    /** What the receiver does when it has a message, and the status that it then answers with. */
    private interface Answering {
        int answer() throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        threads = Executors.newCachedThreadPool();
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.setExecutor(threads);
        receiver.createContext("/", exchange -> {
            received.add(new Received(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            int status = answering.answer();
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        receiver.start();
        address = LedgerServer.newEmbeddedDatabase();
        database = Database.open(address);
        lease = database.alertDuty();
        outbound = new Outbound(new OutboundHosts(Set.of(), Set.of("127.0.0.1")));
    }

    @AfterEach
    void stop() throws IOException {
        over.countDown();
        receiver.stop(0);
        threads.shutdownNow();
        outbound.close();
        lease.close();
        database.close();
    }

    @Test
    void whatOpensAndClosesIsSentSignedOnceAndInOrder() throws InterruptedException {
        webhook("pager", "/pager");
        webhook("log", "/log");
        openAndClose();

        try (WebhookSender sender = sender(0)) {
            sender.round();
            sender.round();
            sender.round();
            assertThat(sender.problems()).isEmpty();
        }
        assertThat(counted("delivered")).isEqualTo(4);
        assertThat(counted("given_up")).isZero();

        for (String path : List.of("/pager", "/log")) {
            List<Received> messages =
                    received.stream().filter(one -> one.path().equals(path)).toList();
            assertThat(messages).hasSize(2);
            assertThat(messages.get(0).id()).endsWith(".opened");
            assertThat(messages.get(1).id()).endsWith(".closed");
            for (Received message : messages) {
                assertThat(message.type()).isEqualTo("application/cloudevents+json");
                assertThat(message.body()).contains("\"id\":\"" + message.id() + "\"", "COVERAGE_LOSS");
                Map<String, String> expected = WebhookSignature.headers(
                        List.of(SECRET),
                        message.id(),
                        Instant.ofEpochSecond(Long.parseLong(message.timestamp())),
                        message.body());
                assertThat(message.signature()).isEqualTo(expected.get("webhook-signature"));
            }
        }
    }

    @Test
    void whatIsNotTakenIsSentAgainLaterUnderTheSameIdAndHoldsBackWhatFollows() throws InterruptedException {
        webhook("pager", "/pager");
        openAndClose();

        answering = () -> 500;
        roundAt(0);
        assertThat(received).hasSize(1);
        roundAt(1);
        assertThat(received).as("not yet").hasSize(1);
        answering = this::tooLate;
        roundAt(6);
        assertThat(webhookNow().lastResult()).isEqualTo("TIMEOUT: 127.0.0.1 did not answer in 5 s");
        assertThat(received).hasSize(2);
        answering = () -> 302;
        roundAt(30);
        assertThat(webhookNow().lastResult()).isEqualTo("HTTP 302");
        answering = () -> 200;
        roundAt(60);
        roundAt(61);

        assertThat(received).extracting(Received::id).satisfies(ids -> {
            assertThat(ids).hasSize(5);
            assertThat(Set.copyOf(ids.subList(0, 4))).hasSize(1);
            assertThat(ids.get(3)).endsWith(".opened");
            assertThat(ids.get(4)).isEqualTo(ids.get(3).replace(".opened", ".closed"));
        });
        assertThat(webhookNow().waiting()).isZero();
    }

    /** Longer than a caller waits. */
    private int tooLate() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 200;
    }

    @Test
    void aServiceThatIsKilledBetweenSendingAndNotingSendsTheSameMessageAgain() throws InterruptedException {
        webhook("pager", "/pager");
        openAndClose();
        answering = () -> {
            database.close(); // as a process that ends there: what it sent is nowhere noted
            return 204;
        };

        try (WebhookSender killed = sender(0)) {
            killed.round();
            assertThat(killed.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.reason()).contains(WebhookSender.WEBHOOKS_NOT_SENT));
        }
        answering = () -> 204;
        database = Database.open(address);
        roundAt(1);
        roundAt(2);

        assertThat(received).hasSize(3);
        assertThat(received.get(1).id()).isEqualTo(received.get(0).id());
        assertThat(received.get(1).body()).isEqualTo(received.get(0).body());
        assertThat(received.get(2).id()).endsWith(".closed");
    }

    @Test
    void whatNobodyTakesInADayIsGivenUpAndToldUntilSomethingIsTaken() throws InterruptedException {
        webhook("pager", "/pager");
        openAndClose();
        answering = () -> 503;

        try (WebhookSender sender = sender(25 * 3_600)) {
            sender.round();

            assertThat(webhookNow()).satisfies(webhook -> {
                assertThat(webhook.dead()).isEqualTo(1);
                assertThat(webhook.waiting()).isEqualTo(1);
            });
            assertThat(sender.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.reason()).contains(WebhookSender.WEBHOOK_GAVE_UP);
                assertThat(problem.text()).startsWith("1 messages").doesNotContain("pager");
            });
            assertThat(counted("given_up")).isEqualTo(1);
            answering = () -> 200;
            sender.round();
            assertThat(sender.problems()).isEmpty();
        }
    }

    @Test
    void aHostThatWasNotNamedIsNotCalled() throws InterruptedException {
        database.alerts()
                .createWebhook(
                        TENANT,
                        "pager",
                        "http://localhost:" + receiver.getAddress().getPort() + "/",
                        SECRET,
                        ACT);
        openAndClose();

        roundAt(0);

        assertThat(received).isEmpty();
        assertThat(webhookNow().lastResult())
                .isEqualTo("REFUSED: host localhost is not among joulestream.outbound.hosts");
    }

    @Test
    void anAddressThatNobodyCanCallKeepsNoOtherFromItsMessages() throws InterruptedException {
        database.alerts().createWebhook(TENANT, "broken", "http://127.0.0.1:99999/", SECRET, ACT);
        webhook("pager", "/pager");
        openAndClose();

        roundAt(0);
        roundAt(1);

        assertThat(received).extracting(Received::path).containsExactly("/pager", "/pager");
        assertThat(webhookNow().lastResult()).isEqualTo("REFUSED: a port is between 1 and 65535");
    }

    @Test
    void aTenantWhoseWebhooksHangKeepsNoOtherWaitingForLong() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            webhook("acme", "slow-" + i, "/slow/" + i);
        }
        openAndClose("acme");
        webhook("pager", "/pager");
        openAndClose();
        Moving clock = new Moving(NOW.plusSeconds(600));
        answering = () -> {
            boolean isSlow = received.get(received.size() - 1).path().startsWith("/slow");
            clock.now = clock.now.plusSeconds(isSlow ? 4 : 0);
            return isSlow ? 503 : 204;
        };

        try (WebhookSender sender = sender(clock)) {
            sender.round();

            assertThat(received)
                    .extracting(Received::path)
                    .as("three took longer than one's turn is")
                    .hasSize(4)
                    .endsWith("/pager");
            assertThat(triedOnceEach(received)).isTrue();
            sender.round();
            assertThat(received).hasSize(8);
            assertThat(triedOnceEach(received.subList(0, 6)))
                    .as("what was left is sent first")
                    .isTrue();
        }
    }

    private static boolean triedOnceEach(List<Received> messages) {
        return Set.copyOf(messages.stream().map(Received::path).toList()).size() == messages.size();
    }

    /** Shows what it is told. */
    private static final class Moving extends Clock {
        private volatile Instant now;

        Moving(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void aCallThatBreaksIsAnAttemptThatFailed() throws Exception {
        webhook("pager", "/pager");
        openAndClose();
        outbound.close();

        try (WebhookSender sender = sender(0)) {
            sender.round();
            assertThat(sender.problems()).isEmpty();
        }
        assertThat(webhookNow().lastResult()).startsWith("FAILED: ");
        assertThat(webhookNow().waiting()).isEqualTo(2);

        outbound = new Outbound(new OutboundHosts(Set.of(), Set.of("127.0.0.1")));
        roundAt(1);
        assertThat(received).as("not yet").isEmpty();
        roundAt(6);
        roundAt(7);
        assertThat(received).hasSize(2);
    }

    @Test
    void pausesDoubleUpToAnHourAndAreSpread() throws InterruptedException {
        try (WebhookSender sender = sender(0)) {
            for (int attempt = 0; attempt < 40; attempt++) {
                long longest = Math.min(3_600_000, 5_000L << Math.min(attempt, 20));
                for (int i = 0; i < 20; i++) {
                    assertThat(sender.pause(attempt).toMillis()).isBetween(longest / 2, longest);
                }
            }
        }
    }

    @Test
    void duringARotationWhoeverKnowsEitherSecretCanCheckAndAfterItOnlyTheNewOne() throws InterruptedException {
        webhook("pager", "/pager");
        openAndClose();
        byte[] second = WebhookSecret.random(new SecureRandom()).bytes();
        database.alerts().rotateWebhook(TENANT, "pager", second, Duration.ofHours(24), ACT);

        roundAt(0);
        roundAt(24 * 3_600);

        assertThat(received).hasSize(2);
        assertThat(received.get(0).signature())
                .isEqualTo(signature(received.get(0), second) + " " + signature(received.get(0), SECRET));
        assertThat(received.get(1).signature()).isEqualTo(signature(received.get(1), second));
    }

    private static String signature(Received message, byte[] secret) {
        return WebhookSignature.headers(
                        List.of(secret),
                        message.id(),
                        Instant.ofEpochSecond(Long.parseLong(message.timestamp())),
                        message.body())
                .get("webhook-signature");
    }

    @Test
    void whatWasDeliveredIsKeptForAWhileAndWhatWaitsForEver() throws InterruptedException {
        webhook("pager", "/pager");
        openAndClose();
        answering = () -> received.size() == 1 ? 200 : 503;
        roundAt(0);
        roundAt(1);
        Duration keep = Duration.ofDays(30);

        forgetAt(Duration.ofDays(29), keep);
        assertThat(states()).containsExactly(Delivery.Outcome.WAITING, Delivery.Outcome.DELIVERED);
        forgetAt(Duration.ofDays(31), keep);
        assertThat(states()).containsExactly(Delivery.Outcome.WAITING);
    }

    private void forgetAt(Duration later, Duration keep) throws InterruptedException {
        Clock clock = Clock.fixed(NOW.plusSeconds(600).plus(later), ZoneOffset.UTC);
        try (MessageKeeper keeper = new MessageKeeper(database, TENANT, lease, keep, clock)) {
            assertThat(keeper.round()).hasMinutes(10);
            assertThat(keeper.problem()).isEmpty();
        }
    }

    private List<Delivery.Outcome> states() {
        return database.alerts().messages(TENANT, "pager", Optional.empty(), Long.MAX_VALUE, 10).stream()
                .map(WebhookMessage::state)
                .toList();
    }

    // ---- what is there

    private void webhook(String name, String path) {
        webhook(TENANT, name, path);
    }

    private void webhook(String tenant, String name, String path) {
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
        assertThat(database.alerts().createWebhook(tenant, name, url, SECRET, ACT))
                .isTrue();
    }

    private double counted(String outcome) {
        return registry.scrape(name -> name.equals("joulestream_webhook_messages")).stream()
                .flatMap(metric -> metric.getDataPoints().stream())
                .filter(point -> outcome.equals(point.getLabels().get("outcome")))
                .mapToDouble(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
                .sum();
    }

    private Webhook webhookNow() {
        return database.alerts().webhooks(TENANT).get(0);
    }

    private void openAndClose() {
        openAndClose(TENANT);
    }

    /** A site is silent for an hour, and then is not. */
    private void openAndClose(String tenant) {
        Instant start = Instant.parse("2026-04-01T00:00:00Z");
        database.sites().put(tenant, "lab", start, """
                site: lab
                kind: edge
                zone: UTC
                effectiveFrom: 2026-01-01T00:00:00Z
                itBoundary: NODE_IN
                entities:
                  - { id: n1, kind: NODE, role: NODE_IN, nameplateW: 1000, channels: [ { metric: node.power, samplePeriod: PT1S, sampleKind: instant } ] }
                """);
        minutes(tenant, start, start.plus(MINUTE));
        roundOfAlerts(tenant, start.plus(Duration.ofHours(2)));
        roundOfAlerts(tenant, start.plus(Duration.ofHours(2)).plus(Duration.ofMinutes(5)));
        minutes(tenant, start.plus(Duration.ofHours(2)), start.plus(Duration.ofHours(5)));
        roundOfAlerts(tenant, start.plus(Duration.ofHours(4)));
        roundOfAlerts(tenant, start.plus(Duration.ofHours(4)).plus(Duration.ofMinutes(5)));
    }

    private void roundOfAlerts(String tenant, Instant at) {
        Clock clock = Clock.fixed(at, ZoneOffset.UTC);
        new AlertRound(database.alerts(), database.queries(), database.sites(), clock, tenant).once();
    }

    private void minutes(String tenant, Instant from, Instant to) {
        try (LedgerWriter writer = database.openWriter()) {
            for (Instant minute = from; minute.isBefore(to); minute = minute.plus(MINUTE)) {
                long wattMillis = 1_000 * MINUTE.toMillis();
                writer.write(new SiteStep(
                        tenant,
                        "lab",
                        "NODE_IN",
                        minute,
                        60,
                        new EnergyBuckets(600_000 * MINUTE.toMillis(), 0, 0),
                        wattMillis,
                        wattMillis,
                        0,
                        1,
                        1));
            }
            writer.flush();
        }
    }

    private void roundAt(int seconds) throws InterruptedException {
        try (WebhookSender sender = sender(seconds)) {
            sender.round();
        }
    }

    /** One whose clock shows so many seconds from some time after all was written. */
    private WebhookSender sender(int seconds) {
        return sender(Clock.fixed(NOW.plusSeconds(600 + seconds), ZoneOffset.UTC));
    }

    private WebhookSender sender(Clock clock) {
        return new WebhookSender(database, TENANT, lease, outbound, clock, new Random(1), counts);
    }

    /** Secrets are told to nobody who only looks. */
    @Test
    void aSecretIsInNoListAndNoAudit() {
        webhook("pager", "/pager");
        WebhookSecret secret = WebhookSecret.random(new SecureRandom());
        database.alerts().createWebhook(TENANT, "second", "https://hook.example/", secret.bytes(), ACT);

        assertThat(database.alerts().webhooks(TENANT).toString())
                .doesNotContain(secret.text().substring(6));
        assertThat(database.audit().before(TENANT, Long.MAX_VALUE, 10).toString())
                .doesNotContain(secret.text().substring(6));
    }
}
