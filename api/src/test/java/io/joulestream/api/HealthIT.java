package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthIT {
    @Test
    void healthIsToldAsItsSourceGivesIt() {
        try (TestApi api = TestApi.start()) {
            assertThat(api.get("/v1/health").body())
                    .isEqualTo(
                            "{\"status\":\"DEGRADED\",\"reasons\":[\"DATABASE_LOCKED\"],\"problems\":[\"the job restarted twice\"],"
                                    + "\"versions\":{\"joulestream\":\"0.1.0\",\"postgresql\":\"18.6\"},\"edition\":\"PLAIN\","
                                    + "\"job\":{\"state\":\"RUNNING\",\"last_checkpoint_at\":\"2026-04-01T12:00:25Z\"},"
                                    + "\"dead_letters_total\":7,"
                                    + "\"dead_letters\":[{\"code\":\"DECODE_ERROR\",\"count\":4},{\"code\":\"TOO_OLD\",\"count\":3}],"
                                    + "\"sites\":[{\"site\":\"berlin\",\"last_data_at\":\"2026-04-01T12:00:00Z\"}],"
                                    + "\"reconcile_gaps\":[],"
                                    + "\"minutes_kept_from\":{\"of_channels\":null,\"of_sites_and_runs\":null},"
                                    + "\"as_of\":\"2026-04-01T12:00:30Z\"}");
        }
    }

    @Test
    void whatALedgerThatCannotBeReadWouldTellIsUnknownAndNotNothing() {
        Health unread = new Health(
                Health.Status.DOWN,
                List.of("DATABASE_UNREACHABLE"),
                Map.of(),
                "PLAIN",
                Optional.empty(),
                Optional.empty(),
                List.of("DATABASE_UNREACHABLE: gone"));

        try (TestApi api = TestApi.start(tenant -> unread, Clock.fixed(TestApi.NOW, ZoneOffset.UTC))) {
            assertThat(api.get("/v1/health").body())
                    .isEqualTo("{\"status\":\"DOWN\",\"reasons\":[\"DATABASE_UNREACHABLE\"],"
                            + "\"problems\":[\"DATABASE_UNREACHABLE: gone\"],\"versions\":{},\"edition\":\"PLAIN\","
                            + "\"job\":null,\"dead_letters_total\":null,\"dead_letters\":null,\"sites\":null,"
                            + "\"reconcile_gaps\":null,\"minutes_kept_from\":null,\"as_of\":\"2026-04-01T12:00:30Z\"}");
        }
    }

    @Test
    void aStatusOtherThanOkHasAReason() {
        assertThatThrownBy(() -> new Health(
                        Health.Status.DOWN,
                        List.of(),
                        Map.of(),
                        "PLAIN",
                        Optional.empty(),
                        Optional.empty(),
                        List.of()))
                .hasMessage("a status other than OK has reasons, DOWN has []");
    }
}
