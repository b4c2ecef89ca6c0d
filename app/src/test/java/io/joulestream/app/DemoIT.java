package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Synthetic sites whose truth is known, through the whole pipeline: every stored row is true. All seeds, with and without
 * faults: {@code for s in 1 2 3 4 5; do ./joulestream demo --once --seed $s --parallelism 2 --faults ...; done}.
 */
class DemoIT {
    @ParameterizedTest
    @CsvSource({"1, 1, ''", "2, 2, 'duplicate,reorder,offline,poison'"})
    void everyStoredRowOfTheDemoIsTrue(int seed, int parallelism, String faults) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "demo", "--once", "--json", "--days", "1", "--seed", "" + seed, "--parallelism", "" + parallelism));
        if (!faults.isEmpty()) {
            arguments.addAll(List.of("--faults", faults));
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit = Joulestream.run(
                new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(new String[0]));

        assertThat(err.toString()).isEmpty();
        assertThat(exit).as(out.toString()).isZero();
        String[] lines = out.toString().split("\n");
        JsonNode report = new ObjectMapper().readTree(lines[lines.length - 1]);
        assertThat(report.get("rows_wrong").asLong()).isZero();
        assertThat(report.get("rows_checked").asLong()).isGreaterThan(100_000);
        assertThat(report.get("sites")).hasSize(3).allSatisfy(site -> {
            assertThat(site.get("it_mj")).isEqualTo(site.get("it_truth_mj"));
            if (!site.get("facility_mj").isNull()) {
                assertThat(site.get("facility_mj")).isEqualTo(site.get("facility_truth_mj"));
            }
        });
        assertThat(report.get("runs")).isNotEmpty().allSatisfy(DemoIT::isTrue);
        assertThat(report.get("real").get("site").asText()).isEqualTo("real-h200");
        assertThat(report.get("real").get("runs")).hasSize(6).allSatisfy(DemoIT::isTrue);
        assertThat(report.get("real").get("runs").get(3).get("energy_mj").asText())
                .isEqualTo("9430741");
        assertThat(out.toString()).contains("real-h200, which is REAL: 6 runs, 59200.642 J");
        assertThat(report.get("runs"))
                .as("a run that began again; of every token in 32 one is padding")
                .anySatisfy(run -> assertThat(run.get("retained_tokens").asLong())
                        .isPositive()
                        .isLessThan(run.get("tokens").asLong() / 32 * 31));
    }

    private static void isTrue(JsonNode run) {
        assertThat(run.get("energy_mj")).isEqualTo(run.get("truth_mj"));
        assertThat(run.get("tokens")).isEqualTo(run.get("tokens_truth"));
        assertThat(run.path("retained_tokens").asLong())
                .isEqualTo(run.get("retained_tokens_truth").asLong());
    }
}
