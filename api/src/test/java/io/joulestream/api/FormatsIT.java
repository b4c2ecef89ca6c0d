package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.joulestream.api.OpenApi.Operation;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same lists as JSON, CSV and NDJSON. */
class FormatsIT {
    private static final String SERIES =
            "/v1/sites/berlin/energy?step=PT1H&start=2026-04-01T10:00:00Z&end=2026-04-01T12:00:00Z";

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = Documented.start();
        Sites.hostile(api.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static HttpResponse<String> get(String address, String... headers) {
        return send("GET", address, headers);
    }

    private static HttpResponse<String> send(String method, String address, String... headers) {
        String[] all = Stream.concat(Stream.of("Authorization", "Bearer " + Documented.ADA.text()), Stream.of(headers))
                .toArray(String[]::new);
        HttpResponse<String> answer = api.send(method, address, all);
        assertThat(answer.statusCode()).as(address + " " + answer.body()).isIn(200, 304, 400);
        return answer;
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElseThrow();
    }

    /** The addresses of every list that there is in all formats. */
    static List<String> lists() {
        List<String> lists = OpenApi.FILE.operations().stream()
                .filter(operation -> operation
                        .response(200)
                        .flatMap(answer -> answer.child("content"))
                        .filter(content -> content.keys().contains("application/x-ndjson"))
                        .isPresent())
                .map(Operation::example)
                .map(OpenApi.Example::address)
                .toList();
        assertThat(lists).hasSize(8);
        return lists;
    }

    private static String in(String format, String address) {
        return address + (address.contains("?") ? "&" : "?") + "format=" + format;
    }

    @ParameterizedTest
    @MethodSource("lists")
    void csvAndNdjsonSayTheSameLineByLine(String address) {
        List<Map<String, String>> ndjson = get(in("ndjson", address))
                .body()
                .lines()
                .map(line -> flat(TestApi.parse(line)))
                .toList();
        List<Map<String, String>> csv = CsvReader.builder()
                .ofNamedCsvRecord(get(in("csv", address)).body())
                .stream()
                .map(NamedCsvRecord::getFieldsAsMap)
                .toList();

        assertThat(ndjson).isNotEmpty();
        assertThat(csv).hasSameSizeAs(ndjson);
        for (int i = 0; i < csv.size(); i++) {
            Map<String, String> cells = new LinkedHashMap<>(csv.get(i));
            Map<String, String> fields = ndjson.get(i);
            // below what is null there are no fields, but empty cells
            fields.forEach(
                    (name, value) -> assertThat(cells.remove(name)).as(name).isEqualTo(value));
            assertThat(cells.values()).allMatch(String::isEmpty);
        }
    }

    /** As a table would have it, made from the JSON alone. */
    private static Map<String, String> flat(JsonNode line) {
        Map<String, String> cells = new LinkedHashMap<>();
        flat("", line, cells);
        return cells;
    }

    private static void flat(String prefix, JsonNode node, Map<String, String> into) {
        node.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value.isObject()) {
                flat(prefix + field.getKey() + "_", value, into);
            } else if (value.isArray()) {
                StringBuilder all = new StringBuilder();
                value.forEach(element -> all.append(all.isEmpty() ? "" : " ").append(element.textValue()));
                into.put(prefix + field.getKey(), all.toString());
            } else if (!value.isNull()) {
                String text = value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
                into.put(prefix + field.getKey(), text.equals(Sites.HOSTILE) ? "'" + text : text);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("lists")
    void whatJsonSaysBesideTheListIsInAHeader(String address) {
        JsonNode json = TestApi.parse(get(address).body());

        String csv = header(get(in("csv", address)), "Envelope");
        String ndjson = header(get(in("ndjson", address)), "Envelope");

        assertThat(ndjson).isEqualTo(csv);
        json.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value.isValueNode() && !value.isNull()) {
                String said = value.isTextual() ? "\"" + value.textValue() + "\"" : value.asText();
                assertThat(List.of(csv.split(", "))).contains(field.getKey() + "=" + said);
            } else {
                assertThat(csv).doesNotContain(field.getKey() + "=");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("lists")
    void eachFormatHasATagOfItsOwn(String address) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String format : List.of("json", "csv", "ndjson")) {
            HttpResponse<String> answer = get(in(format, address));
            tags.put(header(answer, "ETag"), format);
            assertThat(answer.headers().allValues("Vary").toString()).contains("Accept");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            HttpResponse<String> head = send("HEAD", in(format, address));
            assertThat(header(head, "ETag")).isEqualTo(header(answer, "ETag"));
            assertThat(header(head, "Content-Type")).isEqualTo(header(answer, "Content-Type"));
        }

        assertThat(tags).hasSize(3);
        tags.forEach((tag, format) -> Set.of("json", "csv", "ndjson")
                .forEach(asked -> assertThat(
                                get(in(asked, address), "If-None-Match", tag).statusCode())
                        .as(asked)
                        .isEqualTo(asked.equals(format) ? 304 : 200)));
    }

    @Test
    void aFileIsNamedByWhatItHolds() {
        assertThat(header(get(in("csv", SERIES)), "Content-Disposition"))
                .isEqualTo("attachment; filename=\"joulestream-berlin-energy-20260401t1000z-20260401t1200z.csv\"");
        assertThat(header(get("/v1/runs?format=ndjson"), "Content-Disposition"))
                .isEqualTo("attachment; filename=\"joulestream-runs.ndjson\"");
        assertThat(get(SERIES).headers().firstValue("Content-Disposition")).isEmpty();
    }

    @Test
    void aLineOfEnergyIsOneRoleOfOneStep() {
        JsonNode points = TestApi.parse(get(SERIES).body()).get("points");

        List<JsonNode> lines =
                get(in("ndjson", SERIES)).body().lines().map(TestApi::parse).toList();

        assertThat(lines).hasSize(points.size() * points.get(0).get("roles").size());
        JsonNode role = points.get(1).get("roles").get(0);
        JsonNode line = lines.get(lines.size() / 2);
        assertThat(line.get("start")).isEqualTo(points.get(1).get("start"));
        role.fields()
                .forEachRemaining(field -> assertThat(line.get(field.getKey())).isEqualTo(field.getValue()));
    }

    @Test
    void aBalanceAddsUpInItsLinesToo() {
        List<JsonNode> lines = get("/v1/sites/berlin/balance?start=2026-04-01T11:00:00Z&end=2026-04-01T12:00:00Z"
                        + "&format=ndjson")
                .body()
                .lines()
                .map(TestApi::parse)
                .toList();

        assertThat(sum(lines, "LINE") + sum(lines, "RESIDUAL")).isEqualTo(sum(lines, "FACILITY"));
        assertThat(sum(lines, "RUN") + sum(lines, "UNALLOCATED")).isEqualTo(sum(lines, "GROUPS"));
        assertThat(sum(lines, "FACILITY")).isPositive();
    }

    private static long sum(List<JsonNode> lines, String part) {
        return lines.stream()
                .filter(line -> line.get("part").textValue().equals(part))
                .mapToLong(line -> line.get("energy_mj").asLong())
                .sum();
    }

    @Test
    void theNextPageIsInTheSameFormat() {
        HttpResponse<String> page = get("/v1/runs?limit=1&format=csv");
        String next = header(page, "Link").replaceAll("<([^>]*)>.*", "$1");

        HttpResponse<String> after = get(next);

        assertThat(header(after, "Content-Type")).startsWith("text/csv");
        assertThat(after.body()).isNotEqualTo(page.body()).hasLineCount(2);
        assertThat(get("/v1/runs?limit=20&format=csv").body()).contains("\"'=1+1/\"\"a,b\"\"\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text/csv                                          | text/csv
            application/x-ndjson                              | application/x-ndjson
            TEXT/CSV                                          | text/csv
            application/json;q=0.4, text/csv;q=0.5            | text/csv
            text/csv, application/x-ndjson                    | text/csv
            application/x-ndjson, text/csv                    | application/x-ndjson
            text/csv;q=0.2, */*;q=0.1                         | text/csv
            */*                                               | application/json
            application/*                                     | application/json
            text/*                                            | text/csv
            application/json;q=0, */*                         | text/csv
            application/*, application/json;q=0.1             | application/x-ndjson
            */*;q=1, text/csv;q=0, application/json;q=0       | application/x-ndjson
            text/html,application/xhtml+xml,*/*;q=0.8         | application/json
            """)
    void acceptIsTakenAsItIsMeant(String accept, String type) {
        assertThat(header(get(SERIES, "Accept", accept), "Content-Type")).startsWith(type);
    }

    @Test
    void aFormatInTheAddressGoesBeforeAcceptAndAnUnknownOneIsRefused() {
        HttpResponse<String> unknown = get(in("xlsx", SERIES));

        assertThat(header(get(in("csv", SERIES), "Accept", "application/pdf"), "Content-Type"))
                .startsWith("text/csv");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("\"field\":\"format\"", "must be one of json, csv, ndjson, was 'xlsx'");
    }

    @Test
    void aSiteWithoutDataHasAHeaderLineAndNoOther() {
        Sites.stJohns(api.database());

        HttpResponse<String> csv = get("/v1/sites/st-johns/checks?format=csv");
        HttpResponse<String> ndjson = get("/v1/sites/st-johns/checks?format=ndjson");

        assertThat(csv.body()).hasLineCount(1);
        assertThat(ndjson.body()).isEmpty();
        assertThat(ndjson.headers().firstValue("Content-Type")).isEqualTo(Optional.of("application/x-ndjson"));
    }
}
