package io.joulestream.ingest.capture;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file of one JSON object per line, in UTF-8. One line is in memory at a time; empty lines are passed over. For one thread. */
final class JsonLines {
    static final int MAX_LINE_BYTES = 64 * 1024;
    static final int MAX_LINES = 1_000_000;

    static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final String file;
    private final Problems problems;
    private final Visitor visitor;
    private final byte[] line = new byte[MAX_LINE_BYTES];
    private long lines;

    /** Takes the objects in the order of the file. */
    @FunctionalInterface
    interface Visitor {
        void visit(long line, JsonNode object);
    }

    JsonLines(Path path, Problems problems, Visitor visitor) {
        this.file = path.toString();
        this.problems = problems;
        this.visitor = visitor;
    }

    void read(InputStream in) throws IOException {
        int length = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (lines == MAX_LINES) {
                problem("more than " + MAX_LINES + " lines", "capture in parts");
                return;
            }
            if (b == '\n') {
                take(length, true);
                length = 0;
            } else if (b == 0) {
                lines++;
                problem("a zero byte: this is not UTF-8 text", "give the log as it was written");
                return;
            } else if (length == MAX_LINE_BYTES) {
                lines++;
                problem("a line of more than " + MAX_LINE_BYTES + " bytes", "give the log with its line ends");
                return;
            } else {
                line[length++] = (byte) b;
            }
        }
        take(length, false);
    }

    private void take(int length, boolean ended) {
        lines++;
        if (new String(line, 0, length, StandardCharsets.ISO_8859_1).isBlank()) {
            return;
        }
        JsonNode object;
        try {
            object = JSON.readTree(line, 0, length);
        } catch (IOException e) {
            object = null;
        }
        if (object != null && object.isObject()) {
            visitor.visit(lines, object);
        } else {
            problem(
                    ended ? "this is not a JSON object in UTF-8" : "the last line is cut off",
                    ended ? "repair or remove the line" : "copy the whole log again");
        }
    }

    private void problem(String what, String remedy) {
        problems.add(Problem.at(file, lines, what, remedy));
    }
}
