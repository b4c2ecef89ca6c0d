package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SitesTagIT {
    /** The answer tells the time; that it has gone on is nothing new. */
    @Test
    void aClockThatRunsMakesNoNewAnswerUntilTheMinuteIsOver() {
        SetClock clock = new SetClock(Instant.parse("2026-04-01T12:00:10.123Z"));
        try (TestApi api = TestApi.start(tenant -> TestApi.HEALTH, clock)) {
            Sites.berlin(api.database());
            HttpResponse<String> first = api.get("/v1/sites");
            String tag = first.headers().firstValue("ETag").orElseThrow();

            clock.set(Instant.parse("2026-04-01T12:00:59.999Z"));
            HttpResponse<String> known = api.get("/v1/sites", "If-None-Match", tag);
            HttpResponse<String> later = api.get("/v1/sites");
            clock.set(Instant.parse("2026-04-01T12:01:00Z"));
            HttpResponse<String> next = api.get("/v1/sites", "If-None-Match", tag);

            assertThat(known.statusCode()).isEqualTo(304);
            assertThat(later.body()).isNotEqualTo(first.body());
            assertThat(next.statusCode()).isEqualTo(200);
        }
    }
}
