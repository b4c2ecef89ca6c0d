package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealthIT {
    @Test
    void healthIsToldAsItsSourceGivesIt() {
        try (TestApi api = TestApi.start()) {
            assertThat(api.get("/v1/health").body())
                    .isEqualTo("{\"status\":\"DEGRADED\",\"problems\":[\"the job restarted twice\"],"
                            + "\"versions\":{\"joulestream\":\"0.1.0\",\"postgresql\":\"18.6\"},\"edition\":\"PLAIN\","
                            + "\"job\":{\"state\":\"RUNNING\",\"last_checkpoint_at\":\"2026-04-01T12:00:25Z\"},"
                            + "\"dead_letters_total\":7,"
                            + "\"dead_letters\":[{\"code\":\"DECODE_ERROR\",\"count\":4},{\"code\":\"TOO_OLD\",\"count\":3}],"
                            + "\"sites\":[{\"site\":\"berlin\",\"last_data_at\":\"2026-04-01T12:00:00Z\"}],"
                            + "\"reconcile_gaps\":[],"
                            + "\"as_of\":\"2026-04-01T12:00:30Z\"}");
        }
    }
}
