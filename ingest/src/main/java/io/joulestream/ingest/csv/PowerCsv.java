package io.joulestream.ingest.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.joulestream.core.digest.Sha256;
import io.joulestream.ingest.Decimals;
import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.PowerChannel;
import io.joulestream.ingest.PowerFrames;
import io.joulestream.ingest.PowerOutcome;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.PowerReadings;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import io.joulestream.wire.FrameKey;
import io.joulestream.wire.v1.EntityKind;
import io.joulestream.wire.v1.SourceKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table of two columns, {@code time} and {@code watts}, in UTF-8.
 *
 * <p>The header may be absent; then time comes first. The separator is a semicolon where the first line has one, else a
 * comma; decimals have a point. A time is ISO 8601 with its offset, epoch seconds, or epoch milliseconds; one without an
 * offset needs a zone. All bad lines are counted, the first 20 shown. For one thread.
 */
public final class PowerCsv {
    private static final int FIRST_LINE_BYTES = 8192;
    private static final int MAX_RECORD_CHARS = 64 * 1024;
    private static final String TIME = "time";
    private static final String WATTS = "watts";

    private final String file;
    private final Optional<ZoneId> zone;
    private final List<PowerReading> readings = new ArrayList<>();
    private final Problems problems = new Problems();
    private int timeColumn;
    private long previousMs = Long.MIN_VALUE;

    private PowerCsv(String file, Optional<ZoneId> zone) {
        this.file = file;
        this.zone = zone;
    }

    /** Reads the file whole or says what is wrong with it; throws for no content. */
    public static PowerOutcome read(Path path, Optional<ZoneId> zone) {
        String file = path.toString();
        MessageDigest digest = Sha256.begin();
        try (BufferedInputStream in =
                new BufferedInputStream(new DigestInputStream(Files.newInputStream(path), digest), FIRST_LINE_BYTES)) {
            return new PowerCsv(file, zone).read(in, digest);
        } catch (NoSuchFileException e) {
            return PowerOutcome.Refused.of(new Problem(file, "there is no such file", "check the path"));
        } catch (IOException | UncheckedIOException e) {
            return PowerOutcome.Refused.of(
                    new Problem(file, "cannot be read (" + e.getMessage() + ")", "check the path and its permissions"));
        }
    }

    /**
     * The readings as frames of {@code node-0}, outside any run.
     *
     * @param samplePeriod instead of the readings' own
     * @throws IllegalArgumentException if the period is neither given nor in the readings, or a name is bad
     */
    public static ImportedPower frames(
            PowerReadings readings, String tenant, String site, Optional<Duration> samplePeriod) {
        PowerChannel channel = new PowerChannel(
                new FrameKey(tenant, site, "node-0"),
                EntityKind.NODE,
                PowerChannel.NODE_POWER,
                SourceKind.MANUAL,
                WATTS);
        return PowerFrames.of(readings, channel, Optional.empty(), samplePeriod);
    }

    private PowerOutcome read(BufferedInputStream in, MessageDigest digest) throws IOException {
        in.mark(FIRST_LINE_BYTES);
        byte[] start = in.readNBytes(FIRST_LINE_BYTES);
        in.reset();
        if (isBinary(start)) {
            return PowerOutcome.Refused.of(
                    Problem.at(file, 1, "a zero byte: this is not a UTF-8 text file", "save the table as CSV, UTF-8"));
        }
        skipByteOrderMark(in, start);
        records(in, separator(start));
        in.transferTo(OutputStream.nullOutputStream());
        if (problems.total() > 0) {
            return new PowerOutcome.Refused(problems.shown(), problems.total());
        }
        if (readings.isEmpty()) {
            return PowerOutcome.Refused.of(new Problem(file, "no reading in this file", "give lines of time,watts"));
        }
        return PowerReadings.of(file, Sha256.hex(digest), readings);
    }

    private void records(InputStream in, char separator) {
        CsvReader<CsvRecord> csv = CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(true)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowUnclosedQuote(false)
                .maxBufferSize(MAX_RECORD_CHARS)
                .ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8));
        long line = 1;
        try {
            boolean first = true;
            for (CsvRecord row : csv) {
                line = row.getStartingLineNumber();
                if (row.getFieldCount() != 2) {
                    problem(line, row.getFieldCount() + " columns", "give two, time and watts");
                } else if (first && isForeignHeader(row)) {
                    problem(line, "the columns are not named time and watts", "name them so");
                } else if (!first || !isHeader(row)) {
                    if (readings.size() == PowerReadings.MAX_READINGS) {
                        problem(line, "more than " + PowerReadings.MAX_READINGS + " readings", "split the file");
                        return;
                    }
                    take(row, line);
                }
                first = false;
            }
        } catch (CsvParseException e) {
            problem(line, "after this line the table cannot be read: " + e.getMessage(), "check quotes and line ends");
        }
    }

    private boolean isHeader(CsvRecord row) {
        String left = row.getField(0).strip();
        String right = row.getField(1).strip();
        if (left.equalsIgnoreCase(WATTS) && right.equalsIgnoreCase(TIME)) {
            timeColumn = 1;
            return true;
        }
        return left.equalsIgnoreCase(TIME) && right.equalsIgnoreCase(WATTS);
    }

    private boolean isForeignHeader(CsvRecord row) {
        return !isHeader(row) && row.getFields().stream().allMatch(PowerCsv::startsWithLetter);
    }

    private static boolean startsWithLetter(String cell) {
        return !cell.isBlank() && Character.isLetter(cell.strip().codePointAt(0));
    }

    private void take(CsvRecord row, long line) {
        String cell = row.getField(1 - timeColumn);
        Optional<OptionalLong> nanowatts = Decimals.parse(cell).map(PowerReading::nanowatts);
        ReadingTime.Outcome time = ReadingTime.of(row.getField(timeColumn), zone, previousMs);
        if (time instanceof ReadingTime.Outcome.Unclear unclear) {
            problem(line, unclear.what(), unclear.remedy());
        } else if (nanowatts.isEmpty()) {
            problem(
                    line,
                    "'" + cell + "' is not a number of watts",
                    "write digits and a decimal point, or remove the line");
        } else if (nanowatts.get().isEmpty()) {
            problem(line, cell + " are more watts than any meter reads", "correct or remove the line");
        } else if (time instanceof ReadingTime.Outcome.At at) {
            readings.add(new PowerReading(at.epochMs(), nanowatts.get().getAsLong(), at.suspect()));
            previousMs = at.epochMs();
        }
    }

    private void problem(long line, String what, String remedy) {
        problems.add(Problem.at(file, line, what, remedy));
    }

    private static boolean isBinary(byte[] start) {
        for (byte b : start) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static void skipByteOrderMark(InputStream in, byte[] start) throws IOException {
        if (start.length >= 3 && start[0] == (byte) 0xEF && start[1] == (byte) 0xBB && start[2] == (byte) 0xBF) {
            in.skipNBytes(3);
        }
    }

    private static char separator(byte[] start) {
        for (byte b : start) {
            if (b == '\n' || b == '\r') {
                break;
            }
            if (b == ';') {
                return ';';
            }
        }
        return ',';
    }
}
