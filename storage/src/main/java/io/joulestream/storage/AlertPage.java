package io.joulestream.storage;

import io.joulestream.core.alert.Alert;
import java.util.List;
import java.util.Optional;

/**
 * Some of a tenant's alerts, newest first.
 *
 * @param more whether there are older ones
 */
public record AlertPage(List<Alert> alerts, boolean more) {
    public AlertPage {
        alerts = List.copyOf(alerts);
    }

    /** Where the next page begins. */
    public Optional<AlertCursor> next() {
        if (!more) {
            return Optional.empty();
        }
        Alert last = alerts.get(alerts.size() - 1);
        return Optional.of(new AlertCursor(last.openedAt(), last.id()));
    }
}
