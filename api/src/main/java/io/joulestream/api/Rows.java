package io.joulestream.api;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A list as lines that are all alike, for spreadsheets and pipes: as NDJSON one object each, as CSV the same fields below a
 * header. What the JSON answer says beside its list is in the header {@code Envelope}.
 *
 * @param type of the lines
 * @param file the name to keep them under, without its ending
 * @param envelope the JSON answer, with an empty list
 * @param source gives out the lines in their order, once
 */
record Rows<R extends Record>(Class<R> type, String file, Record envelope, Consumer<Consumer<R>> source) {
    static final String ENVELOPE = "Envelope";

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuuMMdd't'HHmm'z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    static <R extends Record> Rows<R> of(Class<R> type, String file, Record envelope, List<R> lines) {
        return new Rows<>(type, file, envelope, lines::forEach);
    }

    /** The name of a file of something at a site over a range. */
    static String file(String site, String what, Instant start, Instant end) {
        return site + "-" + what + "-" + MINUTE.format(start) + "-" + MINUTE.format(end);
    }

    /** Made whole, with a tag. */
    Answer answer(Format format) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        write(format, body);
        return told(Answer.of(format.contentType(), body.toByteArray()).tagged(), format);
    }

    /** Line by line as they are taken; without a tag, because nobody knows all of them before. */
    Answer streamed(Format format) {
        return told(Answer.streamed(format.contentType(), out -> write(format, out)), format);
    }

    private Answer told(Answer answer, Format format) {
        String name = "joulestream-" + file.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        return answer.with("Content-Disposition", "attachment; filename=\"" + name + "." + format.word() + "\"")
                .with(ENVELOPE, facts())
                .with("Vary", "Accept");
    }

    /** A dictionary of RFC 9651; what is null, a list or an object is left out. */
    private String facts() {
        StringBuilder dictionary = new StringBuilder();
        Json.tree(envelope).fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value.isNull() || value.isContainerNode()) {
                return;
            }
            dictionary.append(dictionary.isEmpty() ? "" : ", ").append(field.getKey());
            dictionary.append("=").append(value.isTextual() ? quoted(value.textValue()) : value.asText());
        });
        return dictionary.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Ends where it fails, and closes nothing: what was not written to its end must not look as if it were. */
    private void write(Format format, OutputStream out) {
        try {
            if (format == Format.CSV) {
                writeCsv(out);
            } else {
                source.accept(line -> writeJson(line, out));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeCsv(OutputStream out) throws IOException {
        Columns<R> columns = new Columns<>(type);
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        CsvWriter csv = Csv.to(text);
        csv.writeRecord(columns.names());
        source.accept(line -> csv.writeRecord(columns.cells(line)));
        csv.flush();
    }

    private static void writeJson(Record line, OutputStream out) {
        try {
            out.write(Json.bytes(line));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
