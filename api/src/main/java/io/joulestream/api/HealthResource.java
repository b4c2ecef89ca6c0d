package io.joulestream.api;

import java.time.Clock;

/** How the system is, for a tenant. */
record HealthResource(HealthSource health, Clock clock, String tenant) {
    Answer now(Request request) {
        request.parameters().check();
        return Answer.json(HealthBody.of(health.health(tenant), clock.instant()));
    }
}
