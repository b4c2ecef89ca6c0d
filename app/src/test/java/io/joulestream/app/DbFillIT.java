package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.joulestream.api.ApiConfig;
import io.joulestream.api.ApiServer;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.testing.LedgerServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DbFillIT {
    private static final String UNTIL = "2026-11-01T05:00:00Z";
    private static final long HOURS_OF_OCTOBER = 31 * 24;
    private static final int ROWS_AN_HOUR = 26;
    private static final List<String> ROLLUPS =
            List.of("--preset", "rollups", "--sites", "2", "--months", "1", "--until", UNTIL, "--json");
    private static final List<String> MINUTES =
            List.of("--preset", "minutes", "--devices", "70", "--days", "1", "--until", UNTIL, "--json");

    @TempDir
    private Path folder;

    private record Ended(int exit, String terminal) {
        JsonNode json() throws Exception {
            return new ObjectMapper()
                    .readTree(terminal.lines().reduce((a, b) -> b).orElseThrow());
        }
    }

    @Test
    void monthsOfMadeUpSitesHaveFiguresEverywhere() throws Exception {
        DatabaseAddress address = LedgerServer.newDatabase();

        Ended filled = fill(address, ROLLUPS);

        assertThat(filled.exit()).as(filled.terminal()).isZero();
        assertThat(filled.json().get("rows_copied").asLong()).isEqualTo(HOURS_OF_OCTOBER * 2 * ROWS_AN_HOUR);
        try (Database database = Database.open(address);
                ApiServer api = api(database)) {
            JsonNode day = get(
                            api,
                            "/v1/sites/synthetic-02/pue?window=P1D&start=2026-10-15T04:00:00Z&end=2026-10-16T04:00:00Z")
                    .get("points")
                    .get(0);
            assertThat(decimal(day.get("pue").get("value"))).isBetween(new BigDecimal("1.2"), new BigDecimal("1.6"));
            assertThat(decimal(day.get("pue").get("coverage"))).isEqualByComparingTo("1");
            JsonNode balance = get(
                            api, "/v1/sites/synthetic-01/balance?start=2026-10-15T10:00:00Z&end=2026-10-15T12:00:00Z")
                    .get("total");
            assertThat(balance.get("complete").booleanValue()).as("%s", balance).isTrue();
            assertThat(decimal(balance.get("residual_share")))
                    .isBetween(new BigDecimal("0.001"), new BigDecimal("0.03"));
            JsonNode runs = get(api, "/v1/runs").get("runs");
            assertThat(runs.size()).isGreaterThanOrEqualTo(14);
            String run = runs.get(3).get("run").textValue();
            JsonNode one = get(api, "/v1/runs/" + run);
            assertThat(one.get("energy_mj").isNull()).as("%s", one).isFalse();
            assertThat(one.get("meters")).hasSize(6);
            assertThat(decimal(one.get("coverage"))).isEqualByComparingTo("1");
            JsonNode live = get(api, "/v1/sites").get("sites").get(0);
            assertThat(live.get("last_data_at").textValue()).isEqualTo(UNTIL);
            assertThat(live.get("live").get("pue").get("value").isNull())
                    .as("%s", live)
                    .isFalse();
        }
    }

    @Test
    void theSameIsMadeAgainAndWhatIsThereIsNotCopiedTwice() throws Exception {
        DatabaseAddress one = LedgerServer.newDatabase();
        DatabaseAddress other = LedgerServer.newDatabase();
        fill(one, ROLLUPS);
        fill(other, ROLLUPS);

        Ended again = fill(one, ROLLUPS);

        assertThat(again.json().get("rows_copied").asLong()).isZero();
        assertThat(digest(one)).isEqualTo(digest(other));
    }

    @Test
    void oneThatWasInterruptedGoesOnWhereItWas() throws Exception {
        DatabaseAddress address = LedgerServer.newDatabase();
        fill(address, MINUTES);
        List<String> whole = digest(address);
        execute(address, "delete from channel_minute where minute >= '2026-10-31 17:03:00Z'");
        assertThat(digest(address)).isNotEqualTo(whole);

        Ended rest = fill(address, MINUTES);

        assertThat(rest.json().get("rows").asLong()).isEqualTo(70 * 1_440);
        assertThat(rest.json().get("rows_copied").asLong()).isEqualTo(70 * (11 * 60 + 57));
        assertThat(digest(address)).isEqualTo(whole);
    }

    @Test
    void aLedgerThatIsNotMadeUpIsLeftAlone() throws Exception {
        DatabaseAddress address = LedgerServer.newDatabase();
        try (Database database = Database.open(address)) {
            database.sites().put("default", "berlin", Instant.EPOCH, "site: berlin\n");
        }

        Ended refused = fill(address, MINUTES);

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.terminal())
                .contains(
                        "the database holds sites that are not made up (default/berlin); give db fill a database of its own");
        assertThat(texts(address, "select count(*)::text from site")).containsExactly("1");
    }

    @Test
    void anotherHistoryOfTheSameSitesIsRefused() throws Exception {
        DatabaseAddress address = LedgerServer.newDatabase();
        fill(address, MINUTES);

        Ended longer = fill(
                address, List.of("--preset", "minutes", "--devices", "70", "--days", "2", "--until", UNTIL, "--json"));
        Ended larger = fill(
                address, List.of("--preset", "minutes", "--devices", "71", "--days", "1", "--until", UNTIL, "--json"));

        assertThat(longer.exit()).isEqualTo(1);
        assertThat(longer.terminal()).contains("another made-up history of these sites");
        assertThat(larger.exit()).isEqualTo(1);
        assertThat(larger.terminal()).contains("was made up with other --devices");
    }

    private Ended fill(DatabaseAddress address, List<String> more) throws Exception {
        Path settings = Files.writeString(
                folder.resolve("own.conf"), "joulestream.database.password = \"" + address.password() + "\"");
        List<String> arguments = new ArrayList<>(List.of(
                "db",
                "fill",
                "--config",
                settings.toString(),
                "--data-dir",
                folder.resolve("data").toString(),
                "--url",
                address.jdbcUrl(),
                "--user",
                address.user()));
        arguments.addAll(more);
        StringWriter terminal = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(terminal, true), new PrintWriter(terminal, true), arguments.toArray(String[]::new));
        return new Ended(exit, terminal.toString());
    }

    private static ApiServer api(Database database) {
        ApiServer api = new ApiServer(
                database,
                tenant -> {
                    throw new UnsupportedOperationException("health is not asked for");
                },
                Clock.fixed(Instant.parse(UNTIL), ZoneOffset.UTC),
                ApiConfig.onLoopback(0, MadeUpSite.TENANT),
                new PrometheusRegistry());
        api.start();
        return api;
    }

    private static JsonNode get(ApiServer api, String path) throws Exception {
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(api.address() + path)).build(), BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body);
    }

    private static BigDecimal decimal(JsonNode value) {
        return new BigDecimal(value.asText());
    }

    private static List<String> digest(DatabaseAddress address) throws SQLException {
        List<String> digests = new ArrayList<>();
        for (String table : List.of(
                "site_hour",
                "site_part_hour",
                "run_hour",
                "run_meter_hour",
                "run_extent",
                "site_minute",
                "channel_minute")) {
            digests.addAll(texts(
                    address,
                    "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from " + table + " as t"));
        }
        return digests;
    }

    private static List<String> texts(DatabaseAddress address, String sql) throws SQLException {
        try (Database database = Database.open(address);
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException {
        try (Database database = Database.open(address);
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
