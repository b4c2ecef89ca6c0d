package io.joulestream.ingest.mlperf;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.joulestream.core.digest.Sha256;
import io.joulestream.ingest.Decimals;
import io.joulestream.ingest.PowerReading;
import io.joulestream.ingest.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the {@code :::MLLOG} lines of a log, whatever stands before them on the line and whatever other lines there are.
 *
 * <p>One line is in memory at a time. The first thing that cannot be right ends the reading: half a log must not pass for
 * a whole one. For one thread.
 */
final class MllogReader {
    static final int MAX_LINE_BYTES = 1024 * 1024;

    private static final byte[] MARK = ":::MLLOG".getBytes(StandardCharsets.US_ASCII);
    private static final int MARK_START = 3;
    private static final String COPY_AGAIN = "copy the whole log again";
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final String file;
    private final Visitor visitor;
    private final byte[] line = new byte[MAX_LINE_BYTES];
    private long lines;
    private long entries;

    /** Takes the entries in the order of the file; a problem ends the reading. */
    @FunctionalInterface
    interface Visitor {
        Optional<Problem> visit(MllogEntry entry);
    }

    /** What came of the file. */
    sealed interface Outcome {
        /** @param sha256 of the whole file, in hexadecimal */
        record Complete(String sha256) implements Outcome {}

        record Broken(Problem problem) implements Outcome {}
    }

    private MllogReader(String file, Visitor visitor) {
        this.file = file;
        this.visitor = visitor;
    }

    static Outcome read(Path path, Visitor visitor) {
        String file = path.toString();
        MessageDigest digest = Sha256.begin();
        try (InputStream in =
                new BufferedInputStream(new DigestInputStream(Files.newInputStream(path), digest), 1 << 16)) {
            Optional<Problem> problem = new MllogReader(file, visitor).read(in);
            return problem.<Outcome>map(Outcome.Broken::new).orElseGet(() -> new Outcome.Complete(Sha256.hex(digest)));
        } catch (NoSuchFileException e) {
            return new Outcome.Broken(new Problem(file, "there is no such file", "check the path"));
        } catch (IOException e) {
            return new Outcome.Broken(
                    new Problem(file, "cannot be read (" + e.getMessage() + ")", "check the path and its permissions"));
        }
    }

    private Optional<Problem> read(InputStream in) throws IOException {
        int length = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                Optional<Problem> problem = take(length, true);
                if (problem.isPresent()) {
                    return problem;
                }
                length = 0;
            } else if (b == 0) {
                return problem(lines + 1, "a zero byte: this is not a text file", "give the log itself, unpacked");
            } else if (length == MAX_LINE_BYTES) {
                return problem(
                        lines + 1,
                        "a line of more than " + MAX_LINE_BYTES + " bytes",
                        "give the log with its line ends");
            } else {
                line[length++] = (byte) b;
            }
        }
        Optional<Problem> last = length == 0 ? Optional.empty() : take(length, false);
        if (last.isPresent() || entries > 0) {
            return last;
        }
        return Optional.of(new Problem(
                file, "no ':::MLLOG' line in " + lines + " lines", "give a log that MLPerf's logger wrote"));
    }

    private Optional<Problem> take(int length, boolean ended) {
        lines++;
        int mark = indexOfMark(length);
        if (mark < 0) {
            return !ended && endsInsideMark(length)
                    ? problem(lines, "the last line is cut off", COPY_AGAIN)
                    : Optional.empty();
        }
        int start = mark + MARK.length;
        JsonNode entry;
        try {
            entry = JSON.readTree(line, start, length - start);
        } catch (IOException e) {
            return malformed(ended);
        }
        OptionalLong time = MllogEntry.number(entry.path("time_ms"))
                .map(ms -> Decimals.scaled(ms, 0))
                .orElse(OptionalLong.empty());
        JsonNode key = entry.path("key");
        if (time.isEmpty() || !PowerReading.isTime(time.getAsLong()) || !key.isTextual()) {
            return ended || entry.isObject()
                    ? problem(lines, "a ':::MLLOG' line without a usable time_ms and key", "repair or remove the line")
                    : malformed(false);
        }
        entries++;
        return visitor.visit(
                new MllogEntry(lines, time.getAsLong(), key.textValue(), entry.path("value"), entry.path("metadata")));
    }

    private Optional<Problem> malformed(boolean ended) {
        return ended
                ? problem(lines, "the JSON after ':::MLLOG' is malformed", "repair or remove the line")
                : problem(lines, "the last line is cut off", COPY_AGAIN);
    }

    private int indexOfMark(int length) {
        for (int i = 0; i + MARK.length <= length; i++) {
            if (line[i] == MARK[0] && Arrays.equals(line, i, i + MARK.length, MARK, 0, MARK.length)) {
                return i;
            }
        }
        return -1;
    }

    private boolean endsInsideMark(int length) {
        for (int part = MARK_START; part < MARK.length && part <= length; part++) {
            if (Arrays.equals(line, length - part, length, MARK, 0, part)) {
                return true;
            }
        }
        return false;
    }

    private Optional<Problem> problem(long at, String what, String remedy) {
        return Optional.of(Problem.at(file, at, what, remedy));
    }
}
