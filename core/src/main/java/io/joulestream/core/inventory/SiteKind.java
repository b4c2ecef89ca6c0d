package io.joulestream.core.inventory;

import java.time.Duration;

/** What sort of site it is; decides how long late readings are accepted unless the site says otherwise. */
public enum SiteKind {
    HYPERSCALE(Duration.ofDays(7)),
    EDGE(Duration.ofDays(35));

    private final Duration defaultAcceptHistory;

    SiteKind(Duration defaultAcceptHistory) {
        this.defaultAcceptHistory = defaultAcceptHistory;
    }

    /** How old a reading may be when it arrives, where {@code acceptHistory} is not given. */
    public Duration defaultAcceptHistory() {
        return defaultAcceptHistory;
    }
}
