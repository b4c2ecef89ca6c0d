package io.joulestream.api;

import io.joulestream.core.alert.Alert;
import io.joulestream.storage.AlertMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * That an alert opened or closed, as a CloudEvent 1.0 in the structured JSON form.
 *
 * @param id the same however often it is sent
 * @param source the tenant, as a reference
 * @param subject site and subject of the alert
 * @param data the alert as the API tells it
 */
record AlertEvent(
        String specversion,
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        String datacontenttype,
        AlertBody data) {
    /** What is told of the change; empty where nothing opened or closed. */
    static Optional<AlertMessage> of(String tenant, Optional<Alert> before, Optional<Alert> after) {
        boolean wasOpen = before.filter(alert -> alert.state().isOpen()).isPresent();
        return after.filter(alert -> alert.state() != Alert.State.PENDING)
                .filter(alert -> alert.state().isOpen() != wasOpen)
                .map(alert -> message(tenant, alert));
    }

    private static AlertMessage message(String tenant, Alert alert) {
        boolean isClosed = alert.state() == Alert.State.CLOSED;
        String change = isClosed ? "closed" : "opened";
        AlertEvent event = new AlertEvent(
                "1.0",
                alert.id() + "." + change,
                "/joulestream/" + tenant,
                "io.joulestream.alert." + change + ".v1",
                alert.last().site() + "/" + alert.last().subject(),
                isClosed ? alert.closedAt() : alert.openedAt(),
                Json.MEDIA_TYPE,
                AlertBody.of(alert));
        return new AlertMessage(event.id(), new String(Json.bytes(event), StandardCharsets.UTF_8));
    }
}
