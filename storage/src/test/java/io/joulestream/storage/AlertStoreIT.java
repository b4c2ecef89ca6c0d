package io.joulestream.storage;

import static io.joulestream.storage.Alerts.ACT;
import static io.joulestream.storage.Alerts.RULE;
import static io.joulestream.storage.Alerts.SECRET;
import static io.joulestream.storage.Alerts.after;
import static io.joulestream.storage.Alerts.closed;
import static io.joulestream.storage.Alerts.open;
import static io.joulestream.storage.Alerts.opened;
import static io.joulestream.storage.Alerts.seen;
import static io.joulestream.storage.Rows.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.testing.LedgerServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertStoreIT {
    private static final Duration DAY = Duration.ofDays(1);

    private static Database database;
    private static AlertStore alerts;
    private static int tenants;

    private String tenant;

    @BeforeAll
    static void openDatabase() {
        database = Database.open(LedgerServer.newDatabase());
        alerts = database.alerts();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void begin() {
        tenant = "t" + ++tenants;
    }

    // ---- rules

    @Test
    void aRuleIsKeptAsItWasGivenAndEachChangeIsWrittenDown() {
        for (AlertRule rule : AlertRule.defaults()) {
            assertThat(alerts.addRule(tenant, rule, ACT)).isTrue();
        }
        assertThat(alerts.putRule(tenant, RULE, ACT)).isTrue();

        assertThat(alerts.putRule(tenant, RULE, ACT)).as("the same").isFalse();
        assertThat(alerts.putRule(tenant, RULE.withEnabled(false), ACT)).isTrue();
        assertThat(alerts.addRule(tenant, RULE, ACT)).as("there is one").isFalse();

        List<AlertRule> expected = new ArrayList<>(AlertRule.defaults());
        expected.add(RULE.withEnabled(false));
        assertThat(alerts.rules(tenant)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(alerts.rules("nobody")).isEmpty();
        assertThat(database.audit().before(tenant, Long.MAX_VALUE, 100)).hasSize(7);
        assertThat(database.audit().firstBroken(tenant)).isEmpty();
    }

    @Test
    void aRuleIsCreatedOnceReplacedAsItWasReadAndRemovedButNotForgotten() {
        AlertRule disabled = RULE.withEnabled(false);
        AlertRule ofAnotherKind = new AlertRule(
                RULE.name(),
                AlertKind.RESIDUAL,
                RULE.site(),
                RULE.runs(),
                Optional.empty(),
                RULE.holdFor(),
                RULE.severity(),
                true);

        assertThat(alerts.createRule(tenant, RULE, 500, ACT)).isTrue();
        assertThat(alerts.createRule(tenant, disabled, 500, ACT))
                .as("there is one")
                .isFalse();
        assertThat(alerts.replaceRule(tenant, disabled, RULE, ACT))
                .as("it is not so")
                .isFalse();
        assertThat(alerts.replaceRule(tenant, RULE, disabled, ACT)).isTrue();
        assertThat(alerts.putRule(tenant, ofAnotherKind, ACT)).isFalse();

        assertThat(alerts.removeRule(tenant, RULE.name(), ACT)).isTrue();
        assertThat(alerts.removeRule(tenant, RULE.name(), ACT)).isFalse();
        assertThat(alerts.rules(tenant)).isEmpty();
        assertThat(alerts.addRule(tenant, RULE, ACT)).as("it was removed").isFalse();
        assertThat(alerts.createRule(tenant, ofAnotherKind, 500, ACT)).isFalse();
        assertThat(alerts.createRule(tenant, RULE, 500, ACT)).isTrue();
        assertThat(alerts.rules(tenant)).containsExactly(RULE);
        assertThat(database.audit().before(tenant, Long.MAX_VALUE, 100)).hasSize(4);
    }

    /** Also of those who ask at once: each waits for the one before to be done, and counts what that one made. */
    @Test
    void atTheSameTimeTooNoMoreAreMadeThanMayBe() {
        List<CompletableFuture<Boolean>> made = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int i = 0; i < 20; i++) {
                String name = "n-" + i;
                AlertRule rule = new AlertRule(
                        name,
                        RULE.kind(),
                        RULE.site(),
                        RULE.runs(),
                        RULE.band(),
                        RULE.holdFor(),
                        RULE.severity(),
                        true);
                made.add(CompletableFuture.supplyAsync(() -> alerts.createRule(tenant, rule, 3, ACT), threads));
                made.add(CompletableFuture.supplyAsync(
                        () -> alerts.createWebhook(tenant, name, "https://a.example/", SECRET, 2, ACT), threads));
            }
            assertThat(made.stream().filter(CompletableFuture::join)).hasSize(5);
        } finally {
            threads.shutdown();
        }
        assertThat(alerts.rules(tenant)).hasSize(3);
        assertThat(alerts.webhooks(tenant)).hasSize(2);
        String first = alerts.webhooks(tenant).get(0).name();
        assertThat(alerts.webhook(tenant, first))
                .contains(alerts.webhooks(tenant).get(0));
        assertThat(alerts.webhook("nobody", first)).isEmpty();

        alerts.removeWebhook(tenant, first, ACT);
        assertThat(alerts.createWebhook(tenant, "next", "https://a.example/", SECRET, 2, ACT))
                .isTrue();
    }

    // ---- alerts

    @Test
    void anAlertIsKeptAsItIsAndListedNewestFirst() {
        alerts.addRule(tenant, RULE, ACT);
        Optional<Alert> first = open("meter/1", NOON);
        Optional<Alert> second = open("meter/2", NOON.plusSeconds(60));
        Optional<Alert> unknown = after(first, seen("meter/1", null, NOON.plusSeconds(60)));
        Optional<Alert> recovered = after(second, seen("meter/2", "100", NOON.plusSeconds(120)));
        put(Optional.empty(), first);
        put(Optional.empty(), second);
        put(first, unknown);
        put(second, recovered);

        assertThat(list(Set.of())).containsExactly(recovered.get(), unknown.get());
        assertThat(list(Set.of(Alert.State.OPEN, Alert.State.UNKNOWN))).containsExactly(unknown.get());
        assertThat(alerts.notClosed(tenant)).containsExactly(unknown.get());
        assertThat(alerts.alert(tenant, recovered.get().id())).isEqualTo(recovered);
        assertThat(alerts.alert("nobody", recovered.get().id())).isEmpty();
        assertThat(alerts.alerts(tenant, Set.of(), Optional.of("muc1"), Optional.empty(), 10)
                        .alerts())
                .isEmpty();

        AlertPage page = alerts.alerts(tenant, Set.of(), Optional.of("fra1"), Optional.empty(), 1);
        assertThat(page.alerts()).containsExactly(recovered.get());
        AlertPage next = alerts.alerts(tenant, Set.of(), Optional.of("fra1"), page.next(), 1);
        assertThat(next.alerts()).containsExactly(unknown.get());
        assertThat(next.next()).isEmpty();
    }

    @Test
    void ofTwoServicesThatSawTheSameOneOpensTheAlertAndOneMessageWaits() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "pager", "https://pager.example/", SECRET, ACT);
        Optional<Alert> mine = open("fra1", NOON);
        Optional<Alert> theirs = open("fra1", NOON);

        assertThat(alerts.put(tenant, Optional.empty(), mine, opened(mine))).isTrue();
        assertThat(alerts.put(tenant, Optional.empty(), theirs, opened(theirs))).isFalse();
        Optional<Alert> recovered = after(mine, seen("fra1", "99", NOON.plusSeconds(60)));
        assertThat(alerts.put(tenant, mine, recovered, closed(recovered))).isTrue();
        assertThat(alerts.put(tenant, mine, recovered, closed(recovered))).isFalse();

        assertThat(list(Set.of())).containsExactly(recovered.get());
        assertThat(alerts.webhooks(tenant))
                .singleElement()
                .extracting(Webhook::waiting)
                .isEqualTo(2L);
        Optional<Alert> again = open("fra1", NOON.plusSeconds(120));
        assertThat(alerts.put(tenant, Optional.empty(), again, Optional.empty()))
                .isTrue();
    }

    @Test
    void aPendingAlertIsNotShownAndLeavesNothing() {
        AlertRule patient = new AlertRule(
                RULE.name(),
                RULE.kind(),
                RULE.site(),
                RULE.runs(),
                RULE.band(),
                Duration.ofMinutes(5),
                RULE.severity(),
                true);
        alerts.addRule(tenant, patient, ACT);
        Optional<Alert> pending = Alert.after(patient, Optional.empty(), seen("fra1", "1", NOON), UUID::randomUUID);

        put(Optional.empty(), pending);
        assertThat(alerts.notClosed(tenant)).containsExactly(pending.get());
        assertThat(list(Set.of())).isEmpty();
        assertThat(alerts.alert(tenant, pending.get().id())).isEmpty();

        put(pending, Optional.empty());
        assertThat(alerts.notClosed(tenant)).isEmpty();
    }

    // ---- the outbox

    @Test
    void messagesOfAnAlertAreDueOneAfterTheOtherAndOfEachWebhookForItself() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "a", "https://a.example/", SECRET, ACT);
        alerts.createWebhook(tenant, "b", "https://b.example/", SECRET, ACT);
        Optional<Alert> opened = open("fra1", NOON);
        Optional<Alert> recovered = after(opened, seen("fra1", "99", NOON.plusSeconds(60)));
        alerts.put(tenant, Optional.empty(), opened, opened(opened));
        alerts.put(tenant, opened, recovered, closed(recovered));
        Instant now = Clock.systemUTC().instant().plusSeconds(60);

        List<Delivery> due = alerts.due(tenant, now, 10);
        assertThat(due).extracting(Delivery::eventId).containsOnly(opened.get().id() + ".opened");
        assertThat(due).extracting(Delivery::webhook).containsExactly("a", "b");
        assertThat(due.get(0).secrets()).containsExactly(SECRET);
        assertThat(due.get(0).toString()).doesNotContain("0123", "opened\"");

        alerts.note(tenant, due.get(0), Delivery.Outcome.WAITING, "500", now, now.plusSeconds(5));
        alerts.note(tenant, due.get(1), Delivery.Outcome.DELIVERED, "204", now, now);
        assertThat(alerts.due(tenant, now, 10))
                .singleElement()
                .satisfies(next -> assertThat(next.eventId()).endsWith(".closed"))
                .satisfies(next -> assertThat(next.webhook()).isEqualTo("b"));
        Delivery again = alerts.due(tenant, now.plusSeconds(5), 10).get(1);
        assertThat(again.attempts()).isEqualTo(1);

        alerts.note(tenant, again, Delivery.Outcome.DEAD, "timeout", now.plusSeconds(5), now);
        alerts.note(tenant, again, Delivery.Outcome.DELIVERED, "204", now, now);
        assertThat(alerts.givenUp(tenant)).isEqualTo(1);
        assertThat(alerts.givenUp("nobody")).isZero();
        assertThat(alerts.due(tenant, now, 10))
                .as("what is dead holds nothing up, and stays dead")
                .extracting(Delivery::webhook)
                .containsExactlyInAnyOrder("a", "b");
        assertThat(alerts.webhooks(tenant).get(0)).satisfies(a -> {
            assertThat(a.dead()).isEqualTo(1);
            assertThat(a.lastResult()).isEqualTo("timeout");
        });

        Delivery last = alerts.due(tenant, now, 1).get(0);
        alerts.note(tenant, last, Delivery.Outcome.DELIVERED, "200", now.plusSeconds(9), now);
        assertThat(alerts.webhooks(tenant).get(0).dead()).as("it works again").isZero();
        assertThat(alerts.givenUp(tenant)).isZero();
    }

    @Test
    void howeverMuchWaitsForOneWebhookTheOthersHaveTheirTurn() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "a", "https://a.example/", SECRET, ACT);
        for (String site : List.of("fra1", "fra2", "fra3")) {
            Optional<Alert> opened = open(site, NOON);
            alerts.put(tenant, Optional.empty(), opened, opened(opened));
        }
        alerts.createWebhook(tenant, "b", "https://b.example/", SECRET, ACT);
        Optional<Alert> last = open("fra4", NOON);
        alerts.put(tenant, Optional.empty(), last, opened(last));

        assertThat(alerts.due(tenant, Clock.systemUTC().instant().plusSeconds(60), 2))
                .extracting(Delivery::webhook)
                .containsExactly("a", "a", "b");
    }

    @Test
    void aDisabledWebhookIsSentNothing() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "a", "https://a.example/", SECRET, ACT);
        assertThat(alerts.createWebhook(tenant, "a", "https://x.example/", SECRET, ACT))
                .isFalse();
        assertThatThrownBy(() -> alerts.createWebhook(tenant, "A B", "https://a.example/", SECRET, ACT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(alerts.enableWebhook(tenant, "a", false, ACT)).isTrue();
        assertThat(alerts.enableWebhook(tenant, "a", false, ACT)).isFalse();

        Optional<Alert> opened = open("fra1", NOON);
        alerts.put(tenant, Optional.empty(), opened, opened(opened));

        assertThat(alerts.due(tenant, Clock.systemUTC().instant().plusSeconds(60), 10))
                .isEmpty();
        assertThat(alerts.webhooks(tenant)).singleElement().satisfies(webhook -> {
            assertThat(webhook.enabled()).isFalse();
            assertThat(webhook.waiting()).isZero();
        });
    }

    @Test
    void afterARotationBothSecretsSignUntilTheOverlapIsOver() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "a", "https://a.example/", SECRET, ACT);
        Optional<Alert> opened = open("fra1", NOON);
        alerts.put(tenant, Optional.empty(), opened, opened(opened));
        byte[] second = "second secret of the webhook".getBytes(StandardCharsets.UTF_8);
        byte[] third = "third secret of the same webhook".getBytes(StandardCharsets.UTF_8);
        Instant now = Clock.systemUTC().instant().plusSeconds(60);

        assertThat(alerts.rotateWebhook(tenant, "b", second, DAY, ACT)).isFalse();
        assertThat(alerts.rotateWebhook(tenant, "a", second, DAY, ACT)).isTrue();
        assertThat(secrets(now)).containsExactly(second, SECRET);
        assertThat(secrets(now.plus(DAY))).containsExactly(second);
        assertThat(alerts.webhooks(tenant).get(0).oldSecretUntil())
                .isBetween(now.plus(DAY).minusSeconds(120), now.plus(DAY));

        assertThat(alerts.rotateWebhook(tenant, "a", third, Duration.ZERO, ACT)).isTrue();
        assertThat(secrets(now)).containsExactly(third);
        assertThat(alerts.webhooks(tenant).get(0).oldSecretUntil()).isNull();
        alerts.forget(tenant, now, 1);
        assertThat(secrets(now)).as("forgotten").containsExactly(third);
    }

    private List<byte[]> secrets(Instant now) {
        return alerts.due(tenant, now, 1).get(0).secrets();
    }

    @Test
    void messagesAreListedByWhatBecameOfThemAndRemovedWhenTheyAreOldButNeverWhileTheyWait() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "a", "https://a.example/", SECRET, ACT);
        for (int i = 0; i < 4; i++) {
            Optional<Alert> opened = open("meter/" + i, NOON);
            alerts.put(tenant, Optional.empty(), opened, opened(opened));
        }
        Instant now = Clock.systemUTC().instant().plusSeconds(60);
        List<Delivery> due = alerts.due(tenant, now, 10);
        alerts.note(tenant, due.get(0), Delivery.Outcome.DELIVERED, "HTTP 204", now, now);
        alerts.note(tenant, due.get(1), Delivery.Outcome.DEAD, "HTTP 500", now.plusSeconds(1), now);
        alerts.note(tenant, due.get(2), Delivery.Outcome.DELIVERED, "HTTP 204", now.plusSeconds(2), now);

        assertThat(messages(Optional.empty()))
                .extracting(WebhookMessage::state)
                .containsExactly(
                        Delivery.Outcome.WAITING,
                        Delivery.Outcome.DELIVERED,
                        Delivery.Outcome.DEAD,
                        Delivery.Outcome.DELIVERED);
        assertThat(messages(Optional.of(Delivery.Outcome.DEAD))).singleElement().satisfies(dead -> {
            assertThat(dead.eventId()).isEqualTo(due.get(1).eventId());
            assertThat(dead.lastResult()).isEqualTo("HTTP 500");
            assertThat(alerts.messages(tenant, "a", Optional.empty(), dead.id(), 10))
                    .hasSize(1);
        });
        assertThat(alerts.messages("nobody", "a", Optional.empty(), Long.MAX_VALUE, 10))
                .isEmpty();

        assertThat(alerts.forget(tenant, now, 10)).isZero();
        assertThat(alerts.forget(tenant, now.plusSeconds(2), 1))
                .as("a bounded batch")
                .isEqualTo(1);
        assertThat(alerts.forget(tenant, now.plus(DAY), 10)).isEqualTo(2);
        assertThat(messages(Optional.empty()))
                .extracting(WebhookMessage::state)
                .containsExactly(Delivery.Outcome.WAITING);
    }

    private List<WebhookMessage> messages(Optional<Delivery.Outcome> state) {
        return alerts.messages(tenant, "a", state, Long.MAX_VALUE, 10);
    }

    @Test
    void aRemovedWebhookTakesItsMessagesWithItAndAMovedOneSendsThemElsewhere() {
        alerts.addRule(tenant, RULE, ACT);
        alerts.createWebhook(tenant, "a", "https://a.example/", SECRET, ACT);
        alerts.createWebhook(tenant, "b", "https://b.example/", SECRET, ACT);
        Optional<Alert> opened = open("fra1", NOON);
        alerts.put(tenant, Optional.empty(), opened, opened(opened));

        assertThat(moved("b")).isTrue();
        assertThat(moved("b")).as("the same").isFalse();
        assertThat(alerts.removeWebhook(tenant, "a", ACT)).isTrue();
        assertThat(alerts.removeWebhook(tenant, "a", ACT)).isFalse();
        assertThat(database.audit().before(tenant, Long.MAX_VALUE, 1).get(0).body())
                .contains("\"detail\": \"1 messages that waited were not sent\"");

        assertThat(alerts.due(tenant, Clock.systemUTC().instant().plusSeconds(60), 10))
                .singleElement()
                .extracting(Delivery::url)
                .isEqualTo("https://c.example/");
        assertThat(messages(Optional.empty())).isEmpty();
    }

    private boolean moved(String webhook) {
        return alerts.changeWebhook(tenant, webhook, Optional.of("https://c.example/"), Optional.of(true), ACT);
    }

    private void put(Optional<Alert> before, Optional<Alert> after) {
        assertThat(alerts.put(tenant, before, after, Optional.empty())).isTrue();
    }

    private List<Alert> list(Set<Alert.State> states) {
        return alerts.alerts(tenant, states, Optional.empty(), Optional.empty(), 10)
                .alerts();
    }
}
