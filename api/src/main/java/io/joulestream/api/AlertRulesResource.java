package io.joulestream.api;

import io.joulestream.core.alert.AlertRule;
import io.joulestream.storage.AlertStore;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.IdentityStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a tenant's alerts are judged by. */
final class AlertRulesResource {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /** Each is looked at once a minute. */
    private static final int MOST_RULES = 500;

    private final AlertStore alerts;
    private final SiteCatalog catalog;
    private final Administration administration;
    private final String tenant;

    AlertRulesResource(AlertStore alerts, SiteCatalog catalog, IdentityStore identity, String tenant) {
        this.alerts = alerts;
        this.catalog = catalog;
        this.administration = new Administration(identity, tenant);
        this.tenant = tenant;
    }

    Answer list(Request request) {
        Parameters parameters = request.parameters();
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<String> cursor = parameters.cursor(text -> Cursors.parseName(text, AlertRule.NAME));
        parameters.check();
        NamePage<AlertRule> page = NamePage.of(alerts.rules(tenant), AlertRule::name, cursor, limit);
        List<RuleBody> bodies = page.items().stream().map(RuleBody::of).toList();
        return Answer.json(new RuleBody.Page(bodies, page.nextCursor()))
                .withNext("/v1/alert-rules?limit=" + limit, page.nextCursor());
    }

    Answer one(Request request) {
        request.parameters().check();
        return told(require(request.path("rule")));
    }

    Answer create(Request request) {
        request.parameters().check();
        Set<String> texts = new TreeSet<>(RuleFields.TEXTS);
        texts.add("name");
        Parameters fields = request.fields(texts, Set.of(), RuleFields.FLAGS);
        String name = fields.required("name")
                .flatMap(given -> given.matches(AlertRule.NAME)
                        ? Optional.of(given)
                        : fields.refuse("name", "must be of a to z, 0 to 9, . and -, at most 63"))
                .orElse("none");
        AlertRule rule = read(fields, name);
        return administration.make(
                request,
                "alert.rule.create",
                () -> name,
                detail(rule),
                act -> alerts.createRule(tenant, rule, MOST_RULES, act),
                () -> inTheWay(name),
                made -> RuleBody.of(rule)); // of the same request again the same, whatever became of it since
    }

    private ProblemException inTheWay(String name) {
        return ProblemException.conflict(
                alerts.rules(tenant).size() < MOST_RULES
                        ? "there is a rule " + Parameters.quoted(name) + ", or there was one of another kind"
                        : "there are " + MOST_RULES + " rules, and that is the most there may be");
    }

    /** Another in the place of one of the same name and kind; with If-Match only of the one that has this tag. */
    Answer replace(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(RuleFields.TEXTS, Set.of(), RuleFields.FLAGS);
        AlertRule before = require(request.path("rule"));
        AlertRule after = read(fields, before.name());
        if (!ETags.isAsAsked(request.headers().apply("If-Match"), tag(before))) {
            throw ProblemException.changedSince();
        }
        if (after.kind() != before.kind()) {
            throw ProblemException.conflict(
                    "the rule is of kind " + before.kind()
                            + "; figures of its alerts would be in another unit: make one of another name, and remove this one");
        }
        if (!after.equals(before)) {
            AuditEntry act = Administration.act(request, "alert.rule.set", after.name(), detail(after));
            if (!alerts.replaceRule(tenant, before, after, act)) {
                throw ProblemException.changedSince();
            }
        }
        return told(after);
    }

    Answer remove(Request request) {
        request.parameters().check();
        String name = require(request.path("rule")).name();
        alerts.removeRule(tenant, name, Administration.act(request, "alert.rule.remove", name, ""));
        return Answer.done();
    }

    private AlertRule read(Parameters fields, String name) {
        return new RuleFields(fields, catalog.names()).read(name);
    }

    private AlertRule require(String name) {
        return alerts.rules(tenant).stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("there is no rule " + Parameters.quoted(name)));
    }

    private static String detail(AlertRule rule) {
        return new String(bytes(rule), StandardCharsets.UTF_8);
    }

    /** Its tag is strong: it says what the rule is, and nothing else can be in the body. */
    private static Answer told(AlertRule rule) {
        return Answer.of(Json.MEDIA_TYPE, bytes(rule)).with(Answer.ETAG, tag(rule));
    }

    private static String tag(AlertRule rule) {
        return ETags.strong(bytes(rule));
    }

    private static byte[] bytes(AlertRule rule) {
        return Json.bytes(RuleBody.of(rule));
    }
}
