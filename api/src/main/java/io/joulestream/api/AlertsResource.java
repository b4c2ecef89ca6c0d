package io.joulestream.api;

import io.joulestream.core.alert.Alert;
import io.joulestream.storage.AlertCursor;
import io.joulestream.storage.AlertPage;
import io.joulestream.storage.AlertStore;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The alerts that opened. */
final class AlertsResource {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /** By the word that asks for them. */
    private static final Map<String, Set<Alert.State>> STATES = Map.of(
            "open", EnumSet.of(Alert.State.OPEN, Alert.State.UNKNOWN),
            "closed", EnumSet.of(Alert.State.CLOSED),
            "all", Set.of());

    private final AlertStore alerts;
    private final String tenant;

    AlertsResource(AlertStore alerts, String tenant) {
        this.alerts = alerts;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        Parameters parameters = request.parameters();
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        String word = parameters
                .text("state")
                .filter(text -> STATES.containsKey(text)
                        || parameters
                                .refuse("state", "must be open, closed or all, was " + Parameters.quoted(text))
                                .isPresent())
                .orElse("all");
        Optional<String> site = parameters.site();
        Optional<AlertCursor> cursor = parameters.cursor(Cursors::parseAlert);
        parameters.check();
        AlertPage page = alerts.alerts(tenant, STATES.get(word), site, cursor, limit);
        List<AlertBody> bodies = page.alerts().stream().map(AlertBody::of).toList();
        String next = page.next().map(Cursors::text).orElse(null);
        String address = "/v1/alerts?state=" + word
                + site.map(name -> "&site=" + Addresses.encoded(name)).orElse("") + "&limit=" + limit;
        return Answer.json(new AlertBody.Page(bodies, next)).withNext(address, next);
    }

    Answer one(Request request) {
        request.parameters().check();
        String id = request.path("alert");
        return Answer.json(AlertBody.of(uuid(id).flatMap(known -> alerts.alert(tenant, known))
                .orElseThrow(() -> ProblemException.notFound("there is no alert " + Parameters.quoted(id)))));
    }

    /** In the one form in which it is told. */
    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
