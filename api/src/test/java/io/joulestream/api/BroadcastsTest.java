package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.storage.Member;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who listens to a server over real connections, where a test says when it is time to tell. */
class BroadcastsTest {
    private static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    private static final ApiConfig.Live LIMITS = new ApiConfig.Live(Duration.ofHours(1), 3, 2);

    private final SetClock clock = new SetClock(NOON);
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicInteger made = new AtomicInteger();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private volatile String payload = "small";
    private final Set<String> untold = ConcurrentHashMap.newKeySet();
    private volatile RuntimeException trouble;
    private Broadcasts broadcasts;
    private Javalin door;
    private URI address;

    /** Knows everybody by the name that is shown. */
    private final class ByName implements Gate {
        @Override
        public String sessionCookie() {
            return "js";
        }

        @Override
        public Optional<Caller> caller(Credentials shown) {
            if (shown.authorization() != null && untold.contains(shown.authorization())) {
                throw ProblemException.issuerUnreachable();
            }
            return Optional.ofNullable(shown.authorization())
                    .filter(name -> !revoked.contains(name))
                    .map(name ->
                            new Caller(Optional.of("default"), Optional.of(member(name)), Set.of(Permission.READ)));
        }

        private Member member(String name) {
            return new Member(
                    name.hashCode(), "default", name, Member.Kind.PERSON, Role.VIEWER, NOON, Optional.empty());
        }

        @Override
        public void admit(Access access, Optional<Caller> known, Credentials shown) {
            known.orElseThrow(() -> ProblemException.unauthenticated(shown));
        }
    }

    @BeforeEach
    void open() {
        broadcasts = new Broadcasts(LIMITS, new ByName(), clock, new LiveMetrics(registry));
        broadcasts.start();
        door = HttpDoor.create(
                new DoorPlan(
                        "test",
                        8,
                        4,
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        "",
                        Origin.listeningOn(ApiConfig.LOOPBACK),
                        Optional.of(new RequestMetrics(registry)),
                        Optional.empty(),
                        Optional.of(broadcasts)),
                List.of(Route.get("/live/{site}", request -> stream(request.path("site")))),
                new ByName());
        door.start(ApiConfig.LOOPBACK, 0);
        address = HttpDoor.address(ApiConfig.LOOPBACK, door.port());
    }

    @AfterEach
    void close() {
        broadcasts.close();
        HttpDoor.close(door);
    }

    private EventStream stream(String site) {
        return new EventStream(new EventStream.Topic("default", site), () -> {
            int number = made.incrementAndGet();
            if (trouble != null) {
                throw trouble;
            }
            return ServerEvent.of("snapshot", site + number, List.of(payload));
        });
    }

    private EventsClient listen(String site, String member, String... more) {
        String[] headers = Stream.concat(Stream.of("Authorization", member), Stream.of(more))
                .toArray(String[]::new);
        return EventsClient.to(address.resolve("/live/" + site), headers);
    }

    private HttpResponse<String> ask(String method, String member) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/live/berlin"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", member)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    /** The next events are made when all were offered the last. */
    private void tellAll() {
        Awaitility.await("the next is made").until(() -> broadcasts.tellAll() > 0);
    }

    private String scrape() {
        return PrometheusTextFormatWriter.create().toDebugString(registry.scrape());
    }

    private double metric(String name) {
        return scrape().lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private void awaitListeners(int count) {
        Awaitility.await("listeners").until(() -> metric("joulestream_live_listeners") == count);
    }

    @Test
    void whateverTwoAreToldWasMadeOnce() {
        EventsClient one = listen("berlin", "ada");
        ServerEvents.Event first = one.next();
        EventsClient other = listen("berlin", "berta");

        assertThat(other.next()).isEqualTo(first);
        tellAll();
        assertThat(one.next().id()).isEqualTo("berlin2");
        assertThat(other.next().id()).isEqualTo("berlin2");
        assertThat(made).hasValue(2);
        assertThat(metric("joulestream_live_events_total")).isEqualTo(4);
    }

    @Test
    void nothingIsMadeForNobody() {
        EventsClient only = listen("berlin", "ada");
        only.next();
        only.close();
        tellAll(); // that it has gone is found out by what is sent
        Awaitility.await("it is found out").until(() -> {
            broadcasts.tellAll();
            return metric("joulestream_live_listeners") == 0;
        });
        EventsClient elsewhere = listen("paris", "ada");
        elsewhere.next();
        int before = made.get();

        tellAll();

        assertThat(elsewhere.next().id()).isEqualTo("paris" + (before + 1));
        assertThat(made).hasValue(before + 1);
    }

    @Test
    void whoComesBackIsToldTheNewestAtOnceUnlessItIsKnown() {
        EventsClient stays = listen("berlin", "ada");
        stays.next();
        tellAll();
        stays.next();

        EventsClient missedOne = listen("berlin", "berta", "Last-Event-ID", "berlin1");
        EventsClient missedNone = listen("berlin", "berta", "Last-Event-ID", "berlin2");

        assertThat(missedOne.next().id()).isEqualTo("berlin2");
        assertThat(made).hasValue(2);
        tellAll();
        assertThat(missedNone.next().id()).isEqualTo("berlin3");
        assertThat(missedOne.next().id()).isEqualTo("berlin3");
    }

    @Test
    void whoIsSlowMissesOldOnesAndHoldsNobody() throws Exception {
        payload = "x".repeat(1 << 20);
        EventsClient good = listen("berlin", "ada");
        assertThat(good.next().id()).isEqualTo("berlin1");
        try (Socket slow = slowSocket()) {
            awaitListeners(2);
            Awaitility.await("its first is on its way").until(() -> metric("joulestream_live_events_total") == 2);

            for (int i = 2; i <= 6; i++) {
                tellAll();
                assertThat(good.next().id()).isEqualTo("berlin" + i);
            }

            Awaitility.await("what it misses").until(() -> metric("joulestream_live_events_superseded_total") == 4);
            assertThat(ids(slow, 2)).containsExactly("berlin1", "berlin6");
        }
    }

    @Test
    void whoTakesNothingIsCutOff() throws Exception {
        payload = "x".repeat(1 << 20);
        EventsClient good = listen("berlin", "ada");
        good.next();
        try (Socket slow = slowSocket()) {
            awaitListeners(2);
            Awaitility.await("its first is on its way").until(() -> metric("joulestream_live_events_total") == 2);

            clock.set(NOON.plus(Listening.PATIENCE).minusMillis(1));
            broadcasts.look();
            assertThat(metric("joulestream_live_listeners")).isEqualTo(2);
            clock.set(NOON.plus(Listening.PATIENCE));
            broadcasts.look();

            awaitListeners(1);
            assertThat(metric("joulestream_live_listeners_cut_total")).isEqualTo(1);
            assertThat(slow.getInputStream().readAllBytes().length).isLessThan(payload.length());
        } catch (IOException e) {
            // cut off while it was read
        }
        good.awaitHeartbeat(10);
        tellAll();
        assertThat(good.next().id()).isEqualTo("berlin2");
    }

    /** Asks, and reads nothing of the answer. */
    private Socket slowSocket() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
        String request = "GET /live/berlin HTTP/1.1\r\nHost: localhost\r\nAuthorization: berta\r\n\r\n";
        socket.getOutputStream().write(request.getBytes());
        return socket;
    }

    /** Of the first events that are read. */
    private static List<String> ids(Socket socket, int count) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 16];
        while (true) {
            List<String> ids = read.toString()
                    .lines()
                    .filter(line -> line.startsWith("id: "))
                    .map(line -> line.substring(4))
                    .toList();
            if (ids.size() >= count) {
                return ids;
            }
            int length = socket.getInputStream().read(some);
            assertThat(length).isPositive();
            read.write(some, 0, length);
        }
    }

    @Test
    void whoHearsNothingIsShownThatThereIsSomebody() {
        EventsClient client = listen("berlin", "ada");
        client.next();

        clock.set(NOON.plus(Listening.SILENCE).minusMillis(1));
        broadcasts.look();
        clock.set(NOON.plus(Listening.SILENCE));
        broadcasts.look();
        broadcasts.look();
        tellAll();

        client.awaitHeartbeat(10);
        assertThat(client.next().id()).isEqualTo("berlin2");
    }

    @Test
    void onlySoManyMayListen() throws Exception {
        EventsClient one = listen("berlin", "ada");
        EventsClient two = listen("berlin", "ada");
        HttpResponse<String> tooManyOfOne = ask("GET", "ada");
        EventsClient three = listen("berlin", "berta");
        HttpResponse<String> tooMany = ask("GET", "berta");

        assertThat(tooManyOfOne.statusCode()).isEqualTo(429);
        assertThat(tooManyOfOne.headers().firstValue("Retry-After")).contains("15");
        assertThat(tooManyOfOne.body()).contains("2 may listen at once");
        assertThat(tooMany.statusCode()).isEqualTo(503);
        assertThat(tooMany.headers().firstValue("Retry-After")).contains("15");
        assertThat(tooMany.body()).contains("LISTENERS_FULL");
        assertThat(one.next()).isEqualTo(two.next()).isEqualTo(three.next());

        one.close();
        Awaitility.await("one has gone").until(() -> {
            broadcasts.tellAll();
            return metric("joulestream_live_listeners") == 2;
        });
        listen("berlin", "ada").next();
    }

    @Test
    void whoMayListenNoMoreIsEnded() {
        EventsClient ada = listen("berlin", "ada");
        EventsClient berta = listen("berlin", "berta");
        ada.next();
        berta.next();
        revoked.add("ada");

        broadcasts.check();

        ada.awaitEnd();
        tellAll();
        assertThat(berta.next().id()).isEqualTo("berlin2");
        assertThat(berta.hasNothing()).isTrue();
    }

    /** Who is known by a token waits for its issuer; who is known by a key does not. */
    @Test
    void whileItCannotBeToldWhetherSomebodyMayListenThatOneIsNotEnded() {
        EventsClient ada = listen("berlin", "ada");
        EventsClient berta = listen("berlin", "berta");
        ada.next();
        berta.next();
        untold.add("ada");
        revoked.add("berta");

        broadcasts.check();

        berta.awaitEnd();
        awaitListeners(1);
        tellAll();
        assertThat(ada.next().id()).isEqualTo("berlin2");
    }

    @Test
    void thatNothingCanBeToldIsTold() {
        EventsClient client = listen("berlin", "ada");
        client.next();
        trouble = new IllegalStateException("of nobody's business");
        tellAll();

        ServerEvents.Event problem = client.next();

        assertThat(problem.name()).isEqualTo("problem");
        assertThat(problem.id()).isEmpty();
        assertThat(problem.data())
                .contains("urn:joulestream:problem:internal", "trace_id")
                .doesNotContain("nobody's business");
        trouble = null;
        tellAll();
        assertThat(client.next().id()).isEqualTo("berlin3");
    }

    @Test
    void aDoorThatClosesEndsThemAndTheirConnections() throws Exception {
        EventsClient client = listen("berlin", "ada");
        client.next();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
            broadcasts.close();
            HttpDoor.close(door);
        });

        client.awaitEnd();
        closed.get(5, TimeUnit.SECONDS);
        assertThat(metric("joulestream_live_listeners")).isZero();
    }

    @Test
    void aDoorThatClosesWaitsForNobodyWhoTakesNothing() throws Exception {
        payload = "x".repeat(1 << 20);
        try (Socket slow = slowSocket()) {
            awaitListeners(1);
            Awaitility.await("its first is on its way").until(() -> metric("joulestream_live_events_total") == 1);
            clock.set(NOON.plusSeconds(2));

            CompletableFuture.runAsync(() -> {
                        broadcasts.close();
                        HttpDoor.close(door);
                    })
                    .get(5, TimeUnit.SECONDS);

            awaitListeners(0);
        }
    }

    @Test
    void headTellsTheHeadersAndBeginsNothing() throws Exception {
        HttpResponse<String> head = ask("HEAD", "ada");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(head.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(metric("joulestream_live_listeners")).isZero();
        assertThat(made).hasValue(0);
    }

    @Test
    void aRequestIsCountedOnceWhenItBegins() {
        EventsClient client = listen("berlin", "ada");
        client.next();
        String counted = "joulestream_http_request_duration_seconds_count"
                + "{method=\"GET\",route=\"/live/{site}\",status=\"200\"}";
        Awaitility.await("it is counted").until(() -> scrape().contains(counted + " 1\n"));

        revoked.add("ada");
        broadcasts.check();

        client.awaitEnd();
        awaitListeners(0);
        HttpDoor.close(door);
        assertThat(scrape()).contains(counted + " 1\n");
    }
}
