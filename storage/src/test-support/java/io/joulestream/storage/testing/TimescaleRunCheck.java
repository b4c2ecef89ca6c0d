package io.joulestream.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Run by the build after a module's tests on TimescaleDB: that they did run there. */
class TimescaleRunCheck {
    private static final Pattern TOTALS =
            Pattern.compile("<testsuite [^>]*\\btests=\"(\\d+)\"[^>]*\\bskipped=\"(\\d+)\"", Pattern.DOTALL);

    @Test
    void asManyTestsAsExpectedRanOnTimescaledb() throws IOException {
        LedgerServer.assumeAllTestsRan();
        Path file = Path.of(System.getProperty("ledger.server.file"));
        assertThat(LedgerServer.edition()).as("what the server is").isNotEqualTo("PLAIN");

        int ran = 0;
        for (Path report : reportsSince(Files.getLastModifiedTime(file))) {
            Matcher totals = TOTALS.matcher(Files.readString(report));
            assertThat(totals.find()).as("%s tells how many tests ran", report).isTrue();
            ran += Integer.parseInt(totals.group(1)) - Integer.parseInt(totals.group(2));
        }
        assertThat(ran)
                .as("tests that ran on TimescaleDB; fewer than the build expects")
                .isGreaterThanOrEqualTo(Integer.getInteger("timescaledb.tests"));
    }

    /** Reports of earlier builds do not count. */
    private static List<Path> reportsSince(FileTime start) throws IOException {
        List<Path> reports = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("target/failsafe-reports-timescaledb"), "TEST-*.xml")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).compareTo(start) >= 0) {
                    reports.add(file);
                }
            }
        }
        return reports;
    }
}
