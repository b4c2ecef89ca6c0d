package io.joulestream.bench;

import io.joulestream.app.MadeUpHistory;
import io.joulestream.app.embedded.DataDirectory;
import io.joulestream.app.embedded.EmbeddedServers;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * How long the API takes to answer while it is asked at random times, at 70 % of what it can answer of each question; what 50
 * clients without restraint do to one that has it; and how soon it is there. {@code joulestream api} is a process of its own,
 * its servers are those of the all-in-one, and what costs nothing to make is how one can sign in.
 *
 * <p>A machine that stalls for 20 ms makes a bad 99th percentile of anything, so each ratio is taken within a round, from
 * measurements that follow one another, and what counts is the median of all rounds. Of a good client, alone and beside those
 * without restraint, the first second is left out: these open fifty connections then, from the process that measures.
 *
 * <p>{@code bench/run load [rounds, 7] [seconds a measurement, 5]}: nine minutes.
 */
public final class ApiLoad {
    private static final double OF_ITS_MOST = 0.7;
    private static final int CONNECTIONS = 32;
    private static final int ABUSERS = 50;
    private static final long SEED = 20261126;
    private static final double OF_A_GOOD_CLIENT = 50;
    private static final int A_MINUTE = 6_000;
    private static final int DEAR = 4_800;
    private static final Duration WARMING = Duration.ofSeconds(8);
    private static final Duration UNTIL_WHAT_IS_DEAR_IS_COMPILED = Duration.ofSeconds(48);
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private final int rounds;
    private final Duration length;
    private final Map<String, String> settings;
    private final Instant until = Instant.now().truncatedTo(ChronoUnit.HOURS);
    private final Bounds bounds = new Bounds();

    private ApiLoad(int rounds, Duration length, EmbeddedServers servers) {
        this.rounds = rounds;
        this.length = length;
        settings = ServedApi.settings(servers);
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        Duration length = Duration.ofSeconds(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5);
        boolean allHeld;
        try (DataDirectory directory = DataDirectory.temporary();
                EmbeddedServers servers = EmbeddedServers.start(directory)) {
            ApiLoad load = new ApiLoad(rounds, length, servers);
            DatabaseAddress address =
                    new DatabaseAddress(servers.jdbcUrl(), servers.jdbcUser(), servers.jdbcPassword());
            ApiKey good;
            ApiKey abusive;
            try (Database database = Database.open(address)) {
                MadeUpHistory.store(database, 2, load.until);
                good = key(database, "good");
                abusive = key(database, "abusive");
            }
            load.starts();
            load.withoutKeys();
            load.withKeys(good, abusive);
            load.bounds.print(rounds);
            allHeld = load.bounds.areHeld();
        }
        System.exit(allHeld ? 0 : 1);
    }

    private static ApiKey key(Database database, String member) {
        ApiKey key = ApiKey.random(MadeUpHistory.TENANT, new SecureRandom());
        AuditEntry act = new AuditEntry("cli:bench", "key.create", key.prefix(), "");
        Instant expiresAt = Instant.now().plus(Duration.ofDays(1));
        if (!database.identity().createFirstKey(key, member, expiresAt, act)) {
            database.identity().createMember(key.tenant(), member, Member.Kind.PERSON, Role.VIEWER, act);
            database.identity().createKey(key, member, Set.of(), expiresAt, act);
        }
        return key;
    }

    private void starts() throws Exception {
        for (int round = 1; round <= rounds; round++) {
            try (ServedApi served = ServedApi.start(settings)) {
                bounds.note(
                        "ready, seconds from its start", 3, served.readyAfter().toMillis() / 1e3);
            }
        }
    }

    /** Each question alone, beside one that costs nothing; and once what it costs to make them. */
    private void withoutKeys() throws Exception {
        settings.put("JOULESTREAM_API_REQUESTS_PER_MINUTE", "1000000");
        try (ServedApi served = ServedApi.start(settings)) {
            URI ways = served.api().resolve("/v1/session/ways");
            URI report = report(served);
            String known = "If-None-Match: " + tag(report) + "\r\n";
            warm(ways, "");
            warm(pue(served, until), "");
            warm(report, known);
            for (int round = 1; round <= rounds; round++) {
                double free = measure("static JSON", ways, "", round);
                bounds.note(
                        "rolling PUE, p99 by that of static JSON",
                        4,
                        measure("rolling PUE", pue(served, until), "", round) / free);
                bounds.note(
                        "report that is known, p99 by that of static JSON",
                        1.5,
                        measure("report, known", report, known, round) / free);
            }
        }
        settings.put("JOULESTREAM_API_HOLD_ANSWERS", "0s");
        try (ServedApi served = ServedApi.start(settings)) {
            warm(pue(served, until), "");
            measure("PUE, not held", pue(served, until), "", 0);
            warm(report(served), "");
            measure("report, not held", report(served), "", 0);
        }
        settings.remove("JOULESTREAM_API_REQUESTS_PER_MINUTE");
        settings.remove("JOULESTREAM_API_HOLD_ANSWERS");
    }

    private URI pue(ServedApi served, Instant end) {
        Instant start = end.minus(Duration.ofHours(1));
        return served.api().resolve("/v1/sites/synthetic-01/pue?window=1h&start=" + start + "&end=" + end);
    }

    private URI report(ServedApi served) {
        YearMonth last = YearMonth.from(until.atZone(ZoneOffset.UTC)).minusMonths(1);
        return served.api().resolve("/v1/reports/carbon?site=synthetic-01&month=" + last);
    }

    private static String tag(URI address) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + ": " + answer.body());
        }
        return answer.headers().firstValue("ETag").orElseThrow();
    }

    private static void warm(URI address, String headers) throws IOException {
        try (LoadClient client = new LoadClient(List.of(address), headers, CONNECTIONS)) {
            client.closed(WARMING);
        }
    }

    /** The 99th percentile, in milliseconds. */
    private double measure(String name, URI address, String headers, int round) throws IOException {
        try (LoadClient client = new LoadClient(List.of(address), headers, CONNECTIONS)) {
            double most = client.closed(length).perSecond();
            LoadClient.Result result = client.open(most * OF_ITS_MOST, length, SEED + round);
            say("%-16s at most %,8.0f a second; %s", name, most, result);
            return result.p99Millis();
        }
    }

    /**
     * A client within its share, alone and beside others, known and unknown, who ask all the time for what is dear as fast as
     * they can.
     */
    private void withKeys(ApiKey good, ApiKey abusive) throws Exception {
        settings.put("JOULESTREAM_API_KEYS", "required");
        settings.put("JOULESTREAM_API_REQUESTS_PER_MINUTE", Integer.toString(A_MINUTE));
        ApiKey unknown = ApiKey.random(MadeUpHistory.TENANT, new SecureRandom());
        // those of the others are made once, before anything is measured: their buffers and questions keep this process
        // busy
        try (ServedApi served = ServedApi.start(settings);
                LoadClient shown = abuser(served, bearer(abusive));
                LoadClient madeUp = abuser(served, bearer(unknown))) {
            shown.closed(UNTIL_WHAT_IS_DEAR_IS_COMPILED);
            try (LoadClient client = new LoadClient(List.of(pue(served, until)), bearer(good), CONNECTIONS)) {
                client.open(OF_A_GOOD_CLIENT, WARMING, SEED);
                for (int round = 1; round <= rounds; round++) {
                    goodBesideAbusive(client, shown, madeUp, round);
                }
            }
        }
    }

    private void goodBesideAbusive(LoadClient good, LoadClient shown, LoadClient madeUp, int round) throws Exception {
        Duration twice = length.multipliedBy(2);
        LoadClient.Result alone = settled(good, twice, round);
        say("%-16s %s", "alone", alone);
        Duration meanwhile = SETTLING.plus(twice).plus(SETTLING);
        Future<LoadClient.Result> ofShown = abuse(shown, meanwhile);
        Future<LoadClient.Result> ofMadeUp = abuse(madeUp, meanwhile);
        LoadClient.Result beside = settled(good, twice, round);
        say("%-16s %s", "beside " + ABUSERS, beside);
        say("%-16s %s", "with a key", ofShown.get());
        say("%-16s %s", "with none", ofMadeUp.get());
        bounds.note(
                "a good client's p99 beside " + ABUSERS + ", by that alone", 2, beside.p99Millis() / alone.p99Millis());
    }

    /** Without the first second. */
    private static LoadClient.Result settled(LoadClient client, Duration length, int round) throws IOException {
        client.open(OF_A_GOOD_CLIENT, SETTLING, SEED);
        return client.open(OF_A_GOOD_CLIENT, length, SEED + round);
    }

    /** Half of them. They ask for days of quarter hours, always for others, so that none is held when it is asked for. */
    private LoadClient abuser(ServedApi served, String headers) throws IOException {
        List<URI> dear = IntStream.range(0, DEAR)
                .mapToObj(i -> {
                    Instant start = until.minus(Duration.ofHours(29)).plus(Duration.ofMinutes(i % 300));
                    Instant end = start.plus(Duration.ofHours(22)).minus(Duration.ofMinutes(15L * (i / 300)));
                    return served.api()
                            .resolve("/v1/sites/synthetic-02/pue?window=PT15M&start=" + start + "&end=" + end);
                })
                .toList();
        return new LoadClient(dear, headers, ABUSERS / 2);
    }

    private static Future<LoadClient.Result> abuse(LoadClient client, Duration duration) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.closed(duration);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String bearer(ApiKey key) {
        return "Authorization: Bearer " + key.text() + "\r\n";
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
