package io.joulestream.api;

import io.joulestream.core.alert.WebhookSecret;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Webhook;
import io.joulestream.storage.WebhookMessage;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Where a tenant's alerts are sent, and what became of what was sent. */
final class WebhooksResource {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /** Each is sent every event of every alert. */
    private static final int MOST_WEBHOOKS = 50;

    private static final int LONGEST_URL = 2_000;

    private final AlertStore alerts;
    private final Administration administration;
    private final WebhookTargets targets;
    private final String tenant;

    WebhooksResource(AlertStore alerts, IdentityStore identity, WebhookTargets targets, String tenant) {
        this.alerts = alerts;
        this.administration = new Administration(identity, tenant);
        this.targets = targets;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        Parameters parameters = request.parameters();
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<String> cursor = parameters.cursor(text -> Cursors.parseName(text, Webhook.NAME));
        parameters.check();
        NamePage<Webhook> page = NamePage.of(alerts.webhooks(tenant), Webhook::name, cursor, limit);
        List<WebhookBody> bodies = page.items().stream().map(WebhookBody::of).toList();
        return Answer.json(new WebhookBody.Page(bodies, page.nextCursor()))
                .withNext("/v1/webhooks?limit=" + limit, page.nextCursor());
    }

    Answer one(Request request) {
        request.parameters().check();
        return Answer.json(WebhookBody.of(require(request.path("webhook"))));
    }

    Answer create(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(Set.of("name", "url"), Set.of());
        Optional<String> name = fields.required("name");
        name.filter(given -> !given.matches(Webhook.NAME))
                .ifPresent(given -> fields.refuse("name", "must be of a to z, 0 to 9 and -, at most 40"));
        Optional<String> url = fields.required("url").flatMap(given -> target(fields, given));
        fields.check();
        String webhook = name.orElseThrow();
        NewSecret secret = new NewSecret();
        return administration.make(
                request,
                "alert.webhook.create",
                () -> webhook,
                "to " + Webhook.hostOf(url.orElseThrow()),
                act -> secret.isStored(
                        bytes -> alerts.createWebhook(tenant, webhook, url.orElseThrow(), bytes, MOST_WEBHOOKS, act)),
                () -> inTheWay(webhook),
                made -> secret.told(alerts.webhook(tenant, made).orElseThrow(() -> removedSince(made))));
    }

    /** It was made, by this request or the same before it, and then removed: what is told of it is how it is now. */
    private static ProblemException removedSince(String name) {
        return ProblemException.conflict("the webhook " + Parameters.quoted(name) + " was made, and removed since");
    }

    private ProblemException inTheWay(String name) {
        return ProblemException.conflict(
                alerts.webhook(tenant, name).isPresent()
                        ? "there is a webhook " + Parameters.quoted(name)
                        : "there are " + MOST_WEBHOOKS + " webhooks, and that is the most there may be");
    }

    /** Leads one elsewhere, enables or disables it; what is not given stays. */
    Answer change(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(Set.of("url"), Set.of(), Set.of("enabled"));
        Optional<String> url = fields.text("url").flatMap(given -> target(fields, given));
        Optional<Boolean> enabled = fields.flag("enabled");
        fields.check();
        String name = require(request.path("webhook")).name();
        if (url.isPresent() || enabled.isPresent()) {
            String detail =
                    url.map(given -> "to " + Webhook.hostOf(given) + " ").orElse("")
                            + enabled.map(on -> on ? "enabled" : "disabled").orElse("");
            alerts.changeWebhook(
                    tenant, name, url, enabled, Administration.act(request, "alert.webhook.set", name, detail.strip()));
        }
        return Answer.json(WebhookBody.of(require(name)));
    }

    /** Another secret; for a while messages are signed with both. */
    Answer rotate(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(Set.of("overlap"), Set.of());
        Duration overlap =
                fields.text("overlap").flatMap(text -> overlap(fields, text)).orElse(Webhook.OVERLAP);
        fields.check();
        String name = require(request.path("webhook")).name();
        NewSecret secret = new NewSecret();
        return administration.make(
                request,
                "alert.webhook.rotate",
                () -> name,
                "overlap " + overlap,
                act -> secret.isStored(bytes -> alerts.rotateWebhook(tenant, name, bytes, overlap, act)),
                () -> unknown(name),
                made -> secret.told(require(made)));
    }

    Answer remove(Request request) {
        request.parameters().check();
        String name = require(request.path("webhook")).name();
        alerts.removeWebhook(tenant, name, Administration.act(request, "alert.webhook.remove", name, ""));
        return Answer.done();
    }

    Answer deliveries(Request request) {
        Parameters parameters = request.parameters();
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<WebhookBody.State> state = parameters.text("state").flatMap(word -> state(parameters, word));
        Optional<Long> cursor = parameters.cursor(Cursors::parseNumber);
        parameters.check();
        String name = require(request.path("webhook")).name();
        List<WebhookMessage> found = alerts.messages(
                tenant, name, state.map(WebhookBody.State::outcome), cursor.orElse(Long.MAX_VALUE), limit + 1);
        List<WebhookMessage> page = found.subList(0, Math.min(limit, found.size()));
        String next = found.size() > limit ? Cursors.text(page.get(limit - 1).id()) : null;
        String address = "/v1/webhooks/" + name + "/deliveries?limit=" + limit
                + state.map(one -> "&state=" + one).orElse("");
        return Answer.json(new WebhookBody.Messages(
                        page.stream().map(WebhookBody.Message::of).toList(), next))
                .withNext(address, next);
    }

    /** A secret for a webhook, told where it became its own; where the same request was done before, that one is not known. */
    private final class NewSecret {
        private final WebhookSecret secret = WebhookSecret.random(RANDOM);
        private boolean isStored;

        boolean isStored(Predicate<byte[]> store) {
            isStored = store.test(secret.bytes());
            return isStored;
        }

        WebhookBody.Made told(Webhook webhook) {
            return new WebhookBody.Made(isStored ? secret.text() : null, WebhookBody.of(webhook));
        }
    }

    private Webhook require(String name) {
        return alerts.webhook(tenant, name).orElseThrow(() -> unknown(name));
    }

    private static ProblemException unknown(String name) {
        return ProblemException.notFound("there is no webhook " + Parameters.quoted(name));
    }

    private Optional<String> target(Parameters fields, String url) {
        if (url.length() > LONGEST_URL) {
            return fields.refuse("url", "may have " + LONGEST_URL + " characters");
        }
        Optional<String> refusal = targets.refusal(url);
        return refusal.isPresent() ? fields.refuse("url", "may not be called: " + refusal.get()) : Optional.of(url);
    }

    private static Optional<WebhookBody.State> state(Parameters parameters, String word) {
        for (WebhookBody.State state : WebhookBody.State.values()) {
            if (state.name().equals(word)) {
                return Optional.of(state);
            }
        }
        return parameters.refuse(
                "state", "must be one of " + List.of(WebhookBody.State.values()) + ", was " + Parameters.quoted(word));
    }

    private static Optional<Duration> overlap(Parameters fields, String text) {
        try {
            Duration overlap = Duration.parse(text);
            if (Webhook.isOverlap(overlap)) {
                return Optional.of(overlap);
            }
        } catch (DateTimeException e) {
            // told below
        }
        return fields.refuse(
                "overlap", "must be a duration of at most P7D such as PT24H, was " + Parameters.quoted(text));
    }
}
