package io.joulestream.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Run by the build after a module's tests on TimescaleDB: that they did run there. */
class TimescaleRunCheck {
    private static final Pattern TOTALS =
            Pattern.compile("<testsuite [^>]*\\btests=\"(\\d+)\"[^>]*\\bskipped=\"(\\d+)\"", Pattern.DOTALL);

    @Test
    void asManyTestsAsExpectedRanOnTimescaledb() throws IOException {
        Assumptions.assumeTrue(System.getProperty("it.test") == null, "a chosen test is not all tests");
        String server = Files.readString(Path.of(System.getProperty("ledger.server.file")));
        Assumptions.assumeFalse(server.startsWith("none: "), server.strip());

        int ran = 0;
        for (Path report : reports()) {
            Matcher totals = TOTALS.matcher(Files.readString(report));
            assertThat(totals.find()).as("%s tells how many tests ran", report).isTrue();
            ran += Integer.parseInt(totals.group(1)) - Integer.parseInt(totals.group(2));
        }
        assertThat(ran)
                .as("tests that ran on TimescaleDB; fewer than the build expects")
                .isGreaterThanOrEqualTo(Integer.getInteger("timescaledb.tests"));
    }

    private static List<Path> reports() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target/failsafe-reports-timescaledb"))) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .toList();
        }
    }
}
