package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.storage.testing.LedgerServer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Run by the build after the tests have run on plain PostgreSQL and on TimescaleDB: both were asked and said the same. */
class SameAnswersCheck {
    @Test
    void everyAnswerIsTheSameByteForByteOnBothServers() throws IOException {
        LedgerServer.assumeAllTestsRan();
        List<String> plain = Answers.of("plain");
        List<String> timescaledb = Answers.of("timescaledb");

        // one difference at a time: all answers of one side would be no message
        assertThat(timescaledb).hasSameSizeAs(plain);
        for (int i = 0; i < plain.size(); i++) {
            assertThat(timescaledb.get(i)).isEqualTo(plain.get(i));
        }
        Set<String> routes = new TreeSet<>();
        plain.forEach(answer -> routes.add(answer.replaceAll("^(\\S+ /[^/? ]*(/[^/? ]*)?).*", "$1")));
        assertThat(plain).hasSizeGreaterThan(300);
        assertThat(routes).contains("GET /v1/sites", "GET /v1/runs");
        System.out.println("proof: " + plain.size() + " answers of the API compared on two servers");
    }
}
