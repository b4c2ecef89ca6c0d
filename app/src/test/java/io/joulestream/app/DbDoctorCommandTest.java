package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** A database that answers is looked at in DatabaseCheckIT and BackupIT. */
class DbDoctorCommandTest {
    @Test
    void theExitCodeIsThatOfTheWorstCheck() throws Exception {
        StringWriter out = new StringWriter();

        int exit = Joulestream.run(
                new PrintWriter(out, true),
                new PrintWriter(new StringWriter()),
                "db",
                "doctor",
                "--json",
                "--url",
                "jdbc:postgresql://127.0.0.1:1/x",
                "--user",
                "u");

        JsonNode told = new ObjectMapper().readTree(out.toString());
        assertThat(exit).isEqualTo(1);
        assertThat(told.path("worst").asText()).isEqualTo("fail");
        JsonNode reachable = told.path("checks").get(0);
        assertThat(reachable.path("name").asText()).isEqualTo("reachable");
        assertThat(reachable.path("verdict").asText()).isEqualTo("fail");
        assertThat(reachable.path("found").asText()).contains("jdbc:postgresql://127.0.0.1:1/x as u does not answer");
        assertThat(reachable.path("remedy").asText()).startsWith("see whether the server runs");
    }

    @Test
    void aPersonReadsOneLineForEachCheckAndOneForWhatToDo() {
        StringWriter out = new StringWriter();

        Joulestream.run(
                new PrintWriter(out, true),
                new PrintWriter(new StringWriter()),
                "db",
                "doctor",
                "--url",
                "jdbc:postgresql://127.0.0.1:1/x",
                "--user",
                "u");

        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("fail reachable           jdbc:postgresql://127.0.0.1:1/x as u"),
                        line -> assertThat(line).startsWith("                         -> see whether the server runs"),
                        line -> assertThat(line).startsWith("ok   disk                not known: "));
    }
}
