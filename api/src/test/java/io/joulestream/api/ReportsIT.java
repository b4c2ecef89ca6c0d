package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReportsIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
        Sites.stJohns(api.database());
        Sites.llm(api.database());
        Sites.hostile(api.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aMonthInWhichTheClocksGoForwardHas743Hours() {
        JsonNode carbon = api.json("/v1/reports/carbon?site=berlin&month=2026-03");

        assertThat(carbon.get("period").toString())
                .isEqualTo("{\"month\":\"2026-03\",\"tz\":\"Europe/Berlin\",\"start\":\"2026-02-28T23:00:00Z\","
                        + "\"end\":\"2026-03-31T22:00:00Z\",\"hours\":743,\"data_end\":\"2026-03-31T22:00:00Z\","
                        + "\"status\":\"PROVISIONAL\",\"as_of\":\"2026-03-31T22:00:00Z\"}");
        // 743 h x 125 kW x 0.177 kg/kWh, the newest factor before 2026
        assertThat(carbon.get("co2e_kg_location").get("value").textValue()).isEqualTo("16438.875");
        assertThat(carbon.get("co2e_kg_location").get("flags").toString()).isEqualTo("[\"FACTOR_YEAR_EARLIER\"]");
        JsonNode line = carbon.get("lines").get(0);
        assertThat(line.get("purchased").get("energy_mj").textValue()).isEqualTo("334350000000000");
        assertThat(line.get("purchased").get("energy_kwh").get("value").textValue())
                .isEqualTo("92875");
        assertThat(line.get("factor").get("kg_co2e_per_kwh").decimalValue()).isEqualByComparingTo("0.177");
        assertThat(line.get("factor_set").textValue()).startsWith("uk-desnz@");
    }

    @Test
    void theCostOfAMonthIsByTheFlatTariff() {
        JsonNode cost = api.json("/v1/reports/cost?site=berlin&month=2026-03");

        assertThat(cost.get("currency").textValue()).isEqualTo("EUR");
        assertThat(cost.get("cost").get("value").textValue()).isEqualTo("18575");
        assertThat(cost.get("lines").get(0).get("tariff").get("per_kwh").decimalValue())
                .isEqualByComparingTo("0.2");
    }

    @Test
    void aMonthThatIsNotOverGoesToTheLastRowOfTheLedger() {
        JsonNode cost = api.json("/v1/reports/cost?site=berlin&month=2026-04");

        assertThat(cost.get("period").get("data_end").textValue()).isEqualTo("2026-04-01T12:00:00Z");
        // 14 h x 125 kW x 0.20 EUR/kWh
        assertThat(cost.get("cost").get("value").textValue()).isEqualTo("350");
        assertThat(cost.get("cost").get("flags").toString()).contains("PERIOD_OPEN");
    }

    @Test
    void aMonthThatHasNotBegunHasNoFigure() {
        for (String report : List.of("carbon", "cost")) {
            JsonNode body = api.json("/v1/reports/" + report + "?site=berlin&month=2026-05");

            JsonNode figure = body.get(report.equals("cost") ? "cost" : "co2e_kg_location");
            assertThat(figure.get("value").isNull()).isTrue();
            assertThat(figure.get("reason").textValue()).isEqualTo("PERIOD_OPEN");
            assertThat(body.get("lines")).isEmpty();
        }
        assertThat(api.json("/v1/exports/2026-05?site=berlin").get("rows")).isEmpty();
    }

    @Test
    void withoutDataOrFactorThereIsAReasonAndNoNumber() {
        JsonNode carbon = api.json("/v1/reports/carbon?site=st-johns&month=2026-03");

        assertThat(carbon.get("co2e_kg_location").get("value").isNull()).isTrue();
        assertThat(carbon.get("co2e_kg_location").get("reason").textValue()).isEqualTo("NO_DATA");
        assertThat(carbon.get("period").get("start").textValue()).isEqualTo("2026-03-01T03:30:00Z");
    }

    @Test
    void anExportHoldsEveryFigureOfTheMonth() {
        JsonNode export = api.json("/v1/exports/2026-03?site=berlin");

        assertThat(export.get("period").get("hours").intValue()).isEqualTo(743);
        assertThat(row(export, "berlin", "energy_facility").get("energy_mj").textValue())
                .isEqualTo("334350000000000");
        assertThat(row(export, "berlin", "energy_it").get("figure").get("value").textValue())
                .isEqualTo("74300");
        assertThat(row(export, "berlin", "ipue").get("figure").get("value").textValue())
                .isEqualTo("1.25");
        assertThat(row(export, "berlin", "cost").get("unit").textValue()).isEqualTo("EUR");
        assertThat(row(export, "llm-1", "energy").get("energy_mj").textValue()).isEqualTo("72000000000");
        assertThat(row(export, "llm-1", "energy").get("estimated_mj").textValue())
                .isEqualTo("2880000000");
        assertThat(row(export, "llm-1", "joules_per_processed_token")
                        .get("figure")
                        .get("value")
                        .textValue())
                .isEqualTo("9");
        assertThat(export.get("factor_sets").get(0).textValue()).startsWith("uk-desnz@");
    }

    private static JsonNode row(JsonNode export, String name, String quantity) {
        for (JsonNode row : export.get("rows")) {
            if (row.get("name").textValue().equals(name)
                    && row.get("quantity").textValue().equals(quantity)) {
                return row;
            }
        }
        throw new AssertionError("no row " + quantity + " of " + name);
    }

    @Test
    void csvReadBackSaysTheSameAsJsonAndNoCellIsAFormula() {
        JsonNode json = api.json("/v1/exports/2026-03?site=berlin");

        HttpResponse<String> csv = api.get("/v1/exports/2026-03?site=berlin&format=csv");

        assertThat(csv.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8; header=present");
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"joulestream-berlin-2026-03-draft-method-2026.1.csv\"");
        assertThat(csv.body()).endsWith("\r\n").doesNotContain("\n\n");
        List<NamedCsvRecord> lines =
                CsvReader.builder().ofNamedCsvRecord(csv.body()).stream().toList();
        assertThat(lines).hasSameSizeAs(json.get("rows"));
        for (int i = 0; i < lines.size(); i++) {
            NamedCsvRecord line = lines.get(i);
            JsonNode row = json.get("rows").get(i);
            String name = row.get("name").textValue();
            assertThat(line.getField("name")).isEqualTo(name.equals(Sites.HOSTILE) ? "'" + name : name);
            assertThat(line.getField("quantity")).isEqualTo(row.get("quantity").textValue());
            assertThat(line.getField("value"))
                    .isEqualTo(row.get("figure").get("value").asText("").replace("null", ""));
            assertThat(line.getField("energy_mj"))
                    .isEqualTo(row.get("energy_mj").asText("").replace("null", ""));
            assertThat(line.getFields()).noneMatch(cell -> cell.matches("(?s)[=+@\t\r].*"));
        }
        assertThat(lines).anyMatch(line -> line.getField("name").equals("'" + Sites.HOSTILE));
        // a negative number stays a number
        assertThat(lines).allSatisfy(line -> assertThat(line.getField("value")).matches("|-?[0-9]+([.][0-9]+)?"));
    }

    @Test
    void acceptDecidesWhereNoFormatIsAskedFor() {
        assertThat(type("text/csv")).startsWith("text/csv");
        assertThat(type("application/json;q=0.4, text/csv;q=0.5")).startsWith("text/csv");
        assertThat(type("text/html, */*;q=0.1")).isEqualTo("application/json");
        assertThat(type("application/*")).isEqualTo("application/json");
        assertThat(api.get("/v1/exports/2026-03?site=berlin&format=json", "Accept", "text/csv")
                        .headers()
                        .firstValue("Content-Type"))
                .hasValue("application/json");
        HttpResponse<String> pdf = api.get("/v1/exports/2026-03?site=berlin", "Accept", "application/pdf");
        assertThat(pdf.statusCode()).isEqualTo(406);
        assertThat(pdf.body()).contains("application/json, text/csv");
    }

    private static String type(String accept) {
        return api.get("/v1/exports/2026-03?site=berlin", "Accept", accept)
                .headers()
                .firstValue("Content-Type")
                .orElseThrow();
    }

    @Test
    void whoHasTheExportAlreadyIsToldSo() {
        HttpResponse<String> first = api.get("/v1/exports/2026-03?site=berlin");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = api.get("/v1/exports/2026-03?site=berlin", "If-None-Match", "\"x\", " + tag);
        HttpResponse<String> csv = api.get("/v1/exports/2026-03?site=berlin&format=csv", "If-None-Match", tag);

        assertThat(tag).matches("W/\"[0-9a-f]{64}\"");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).hasValue(tag);
        assertThat(again.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Vary"))
                .hasValueSatisfying(vary -> assertThat(vary).contains("Accept"));
    }
}
