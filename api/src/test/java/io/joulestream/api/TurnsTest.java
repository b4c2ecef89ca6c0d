package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.storage.Member;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who waits for whom at a door that works one request at once. */
class TurnsTest {
    private static final Duration REFUSE_AFTER = Duration.ofMillis(250);
    private static final Duration HOLD = Duration.ofSeconds(1);
    private static final String GREEDY = "Bearer greedy";
    private static final String ERRAND = "errand";
    private static final String MODEST = "Bearer modest";
    private static final String UNKNOWN = "Bearer unknown";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> begun = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> ended = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore steps = new Semaphore(0);
    private final AtomicLong clock = new AtomicLong();
    private final HeldAnswers held = new HeldAnswers(HOLD, clock::get);
    private final AtomicInteger made = new AtomicInteger();
    private Javalin door;
    private URI address;

    /** Knows two members by what they show. */
    private static final Gate GATE = new Gate() {
        @Override
        public String sessionCookie() {
            return "session";
        }

        @Override
        public Optional<Caller> caller(Credentials shown) {
            return Stream.of(GREEDY, MODEST)
                    .filter(text -> text.equals(shown.authorization()))
                    .map(text -> new Caller(Optional.of("acme"), Optional.of(member(text)), Set.of(Permission.READ)))
                    .findFirst();
        }

        @Override
        public void admit(Access access, Optional<Caller> known, Credentials shown) {
            known.orElseThrow(() -> ProblemException.unauthenticated(shown));
        }
    };

    private static Member member(String name) {
        return new Member(
                name.hashCode(), "acme", name, Member.Kind.PERSON, Role.VIEWER, Instant.EPOCH, Optional.empty());
    }

    /** Lets everybody in, as whoever is at that network. */
    private static final Gate OF_ALL = new Gate() {
        @Override
        public String sessionCookie() {
            return "session";
        }

        @Override
        public Optional<Caller> caller(Credentials shown) {
            return Optional.of(Caller.reader("acme"));
        }

        @Override
        public void admit(Access access, Optional<Caller> known, Credentials shown) {
            assertThat(known).isPresent();
        }
    };

    @BeforeEach
    void open() {
        open(Duration.ofMinutes(1), 1);
    }

    private void open(Duration patience, int turns) {
        open(patience, turns, GATE);
    }

    private void open(Duration patience, int turns, Gate gate) {
        DoorPlan plan = new DoorPlan(
                "test",
                2 * Turns.OF_ONE_SENDER,
                turns,
                patience,
                REFUSE_AFTER,
                "",
                Origin.listeningOn(ApiConfig.LOOPBACK),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        List<Route> routes = List.of(
                Route.get("/work", this::work),
                Route.get("/held", request -> held.answer("acme", request, this::make)),
                Route.get("/errand", request -> sendOnErrand(request, this::doErrand)),
                Route.get("/errand-and-work", request -> {
                    sendOnErrand(request, this::doErrand);
                    return work(request);
                }),
                Route.get(
                        "/failing-errand",
                        request -> sendOnErrand(request, () -> {
                            throw new IllegalStateException("as the test wants it");
                        })),
                Route.get("/large", request -> Answer.of("application/octet-stream", new byte[16 << 20])));
        door = HttpDoor.create(plan, routes, gate);
        door.start(ApiConfig.LOOPBACK, 0);
        address = HttpDoor.address(ApiConfig.LOOPBACK, door.port());
    }

    @AfterEach
    void close() {
        steps.release(1_000);
        HttpDoor.close(door);
    }

    private Answer make(Request request) {
        int number = made.incrementAndGet();
        steps.acquireUninterruptibly();
        return Answer.json(Map.of("made", number));
    }

    private void doErrand() {
        order.add(ERRAND);
        steps.acquireUninterruptibly();
    }

    private Answer work(Request request) {
        order.add(request.credentials().authorization());
        begun.add(System.nanoTime());
        steps.acquireUninterruptibly();
        ended.add(System.nanoTime());
        return Answer.json(Map.of("done", true));
    }

    /** Answers at once; the errand has another turn. */
    private Answer sendOnErrand(Request request, Runnable work) {
        request.place().haveDone(new Errand() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public void drop() {
                order.add("dropped");
            }
        });
        return Answer.json(Map.of("done", false));
    }

    private CompletableFuture<HttpResponse<String>> ask(String authorization) {
        return ask("/work", authorization);
    }

    private CompletableFuture<HttpResponse<String>> ask(String path, String authorization) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", authorization)
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    private int waiting() {
        return door.jettyServer().server().getDescendant(Turns.class).waiting();
    }

    private void knowBoth() {
        steps.release(2);
        ask(GREEDY).join();
        ask(MODEST).join();
        order.clear();
        begun.clear();
        ended.clear();
    }

    private List<CompletableFuture<HttpResponse<String>>> askOften(String authorization, int count) {
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int before = waiting();
            asked.add(ask(authorization));
            boolean isFirst = i == 0;
            Awaitility.await().until(() -> isFirst ? order.size() == 1 : waiting() == before + 1);
        }
        return asked;
    }

    @Test
    void whoAsksOnceGoesBeforeWhoAskedOften() {
        knowBoth();
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, 6);
        asked.add(ask(MODEST));
        Awaitility.await().until(() -> waiting() == 6);

        steps.release(7);
        asked.forEach(CompletableFuture::join);

        assertThat(order).startsWith(GREEDY, MODEST).hasSize(7);
    }

    @Test
    void whoeverIsNotKnownWaitsWithAllOthersOfItsNetwork() {
        knowBoth();
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, 3);
        for (int i = 0; i < 5; i++) {
            int before = waiting();
            asked.add(ask(UNKNOWN + i));
            Awaitility.await().until(() -> waiting() == before + 1);
        }
        asked.add(ask(MODEST));
        Awaitility.await().until(() -> waiting() == 8);

        steps.release(9);
        List<Integer> statuses =
                asked.stream().map(answer -> answer.join().statusCode()).toList();

        assertThat(order).containsExactly(GREEDY, MODEST, GREEDY, GREEDY);
        assertThat(statuses).containsExactly(200, 200, 200, 401, 401, 401, 401, 401, 200);
    }

    @Test
    void whoDoesNotReadItsAnswerHoldsNoTurn() throws IOException {
        knowBoth();
        try (Socket idle = askAndDoNotRead()) {
            assertThat(idle.isConnected()).isTrue();
            steps.release(1);

            assertThat(ask(MODEST).join().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoReadsNoneOfManyAnswersWaitsForItselfAlone() throws IOException {
        knowBoth();
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < Turns.OF_ONE_SENDER; i++) {
                idle.add(askAndDoNotRead());
            }
            CompletableFuture<HttpResponse<String>> itsNext = ask(GREEDY);
            Awaitility.await().until(() -> waiting() == 1);
            steps.release(2);

            assertThat(ask(MODEST).join().statusCode()).isEqualTo(200);
            assertThat(itsNext).isNotDone();
            idle.remove(0).close();
            assertThat(itsNext.join().statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private Socket askAndDoNotRead() throws IOException {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.getOutputStream()
                .write(("GET /large HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\nAuthorization: " + GREEDY
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).as("it is being sent").isEqualTo('H');
        return socket;
    }

    @Test
    void whoHasTooManyWaitingIsSentAwayAndNobodyElse() {
        knowBoth();
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, 1);
        for (int i = 0; i < Turns.WAITING_OF_ONE_SENDER + 1; i++) {
            asked.add(ask(GREEDY));
        }
        Awaitility.await().until(() -> asked.stream().anyMatch(CompletableFuture::isDone));
        CompletableFuture<HttpResponse<String>> modest = ask(MODEST);
        Awaitility.await().until(() -> waiting() == Turns.WAITING_OF_ONE_SENDER + 1);
        steps.release(Turns.WAITING_OF_ONE_SENDER + 2);

        assertThat(modest.join().statusCode()).isEqualTo(200);
        List<HttpResponse<String>> sentAway = asked.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() != 200)
                .toList();
        assertThat(sentAway).hasSize(1);
        assertIsBusy(sentAway.get(0));
    }

    @Test
    void nobodyWaitsForEver() {
        HttpDoor.close(door);
        open(Duration.ofMillis(200), 1);
        knowBoth();
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, 1);

        HttpResponse<String> inVain = ask(MODEST).join();

        assertIsBusy(inVain);
        assertThat(waiting()).isZero();
        steps.release(1);
        assertThat(asked.get(0).join().statusCode()).isEqualTo(200);
    }

    private static void assertIsBusy(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(TestApi.parse(answer.body()).get("reason").asText()).isEqualTo("BUSY");
    }

    @Test
    void aKeyThatOpensNothingAnyMoreStandsForNobody() {
        Senders senders = new Senders();
        Credentials shown = new Credentials(GREEDY, null, null, null);

        senders.know(shown, member("greedy"));
        String before = senders.of(GREEDY, null, "10.0.0.1");
        senders.forget(shown);

        assertThat(before).isEqualTo("member " + member("greedy").id());
        assertThat(senders.of(GREEDY, null, "10.0.0.1")).isEqualTo("10.0.0.1");
    }

    @Test
    void whoShowsWhatIsNobodysIsToldSoLaterAndHoldsNoTurnTillThen() {
        Instant begun = Instant.now();

        List<CompletableFuture<HttpResponse<String>>> asked = Stream.generate(() -> ask(UNKNOWN))
                .limit(4L * Turns.OF_ONE_SENDER)
                .toList();

        assertThat(asked).allMatch(answer -> answer.join().statusCode() == 401);
        assertThat(Duration.between(begun, Instant.now()))
                .as("one after the other it would have been 16 s")
                .isBetween(REFUSE_AFTER, Duration.ofSeconds(8));
    }

    @Test
    void whoIsAloneHasAllTurnsButOne() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 4, OF_ALL);
        ask(GREEDY);
        ask(GREEDY);
        ask(GREEDY);
        Awaitility.await().until(() -> order.size() == 3);
        ask(GREEDY);

        Awaitility.await().until(() -> waiting() == 1);
        assertThat(order).hasSize(3);
    }

    @Test
    void oneOfManySendersHasAQuarterOfTheTurns() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 8);
        knowBoth();
        ask(GREEDY);
        ask(GREEDY);
        Awaitility.await().until(() -> order.size() == 2);
        ask(GREEDY);
        Awaitility.await().until(() -> waiting() == 1);

        ask(MODEST);

        Awaitility.await().until(() -> order.size() == 3);
        assertThat(order).containsExactly(GREEDY, GREEDY, MODEST);
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void sendersWithManyWaitingHaveTheirTurnsOneAfterTheOther() {
        knowBoth();
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, 4);
        for (int i = 0; i < 3; i++) {
            int before = waiting();
            asked.add(ask(MODEST));
            Awaitility.await().until(() -> waiting() == before + 1);
        }

        steps.release(7);
        asked.forEach(CompletableFuture::join);

        assertThat(order).containsExactly(GREEDY, MODEST, GREEDY, MODEST, GREEDY, MODEST, GREEDY);
    }

    @Test
    void anErrandHasATurnAfterItsSendersRequests() {
        knowBoth();
        CompletableFuture<HttpResponse<String>> first = ask("/errand-and-work", GREEDY);
        Awaitility.await().until(() -> order.size() == 1);
        CompletableFuture<HttpResponse<String>> second = ask(GREEDY);
        Awaitility.await().until(() -> waiting() == 2);

        steps.release(1);
        first.join();
        Awaitility.await().until(() -> order.size() == 2);
        steps.release(1);
        second.join();

        Awaitility.await().until(() -> order.size() == 3);
        assertThat(order).containsExactly(GREEDY, GREEDY, ERRAND);
    }

    @Test
    void whoAsksIsGivenTheHeldAnswerWhileTheNextIsMadeInAnotherTurn() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 4);
        steps.release(1);
        String first = held();
        clock.addAndGet(HOLD.toNanos());

        assertThat(held()).isEqualTo(first);
        Awaitility.await().until(() -> made.get() == 2);
        assertThat(held()).isEqualTo(first);
        steps.release(1);

        Awaitility.await().until(() -> !held().equals(first));
    }

    private String held() {
        return ask("/held", GREEDY).orTimeout(5, TimeUnit.SECONDS).join().body();
    }

    @Test
    void anErrandAndTheRequestsOfOneThatIsAloneAreNotAllTurns() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 4, OF_ALL);
        ask("/errand", GREEDY).join();
        Awaitility.await().until(() -> order.size() == 1);
        ask(GREEDY);
        ask(GREEDY);
        Awaitility.await().until(() -> order.size() == 3);

        ask(GREEDY);

        Awaitility.await().until(() -> waiting() == 1);
        assertThat(order).containsExactly(ERRAND, GREEDY, GREEDY);
    }

    @Test
    void anErrandKeepsNoneOfItsSendersRequestsWaitingWhereThereIsATurn() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 4);
        knowBoth();
        ask("/errand", GREEDY).join();
        Awaitility.await().until(() -> order.size() == 1);

        ask(GREEDY);

        Awaitility.await().until(() -> order.size() == 2);
        assertThat(waiting()).isZero();
    }

    @Test
    void aSenderHasOneErrandDoneAtOnce() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 4);
        knowBoth();
        ask("/errand", GREEDY).join();
        Awaitility.await().until(() -> order.size() == 1);

        ask("/errand", GREEDY).join();

        assertThat(waiting()).isEqualTo(1);
        steps.release(1);
        Awaitility.await().until(() -> order.size() == 2);
    }

    @Test
    void aSenderHasSoManyErrandsWaitingAndNoMore() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 4);
        knowBoth();
        for (int i = 0; i < 1 + Turns.ERRANDS_WAITING_OF_ONE_SENDER; i++) {
            ask("/errand", GREEDY).join();
        }
        Awaitility.await().until(() -> order.size() == 1);
        assertThat(waiting()).isEqualTo(Turns.ERRANDS_WAITING_OF_ONE_SENDER);

        ask("/errand", GREEDY).join();

        assertThat(order).containsExactly(ERRAND, "dropped");
    }

    @Test
    void anErrandThatWaitsInVainIsDropped() {
        HttpDoor.close(door);
        open(Duration.ofMillis(500), 1);
        knowBoth();
        ask("/errand-and-work", GREEDY);
        Awaitility.await().until(() -> order.size() == 1);
        ask(MODEST);
        Awaitility.await().until(() -> waiting() == 2);
        steps.release(1);

        Awaitility.await().until(() -> order.size() == 3);
        assertThat(order).containsExactly(GREEDY, MODEST, "dropped");
        assertThat(waiting()).isZero();
    }

    @Test
    void anErrandThatFailsGivesItsTurnBack() {
        knowBoth();
        ask("/failing-errand", GREEDY).join();
        steps.release(1);

        assertThat(ask(GREEDY).join().statusCode()).isEqualTo(200);
    }

    @Test
    void whoHasManyWaitingRestsLongerThanItsTurnTookWhileThereAreOthers() {
        knowBoth();
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, Turns.WITHOUT_REST + 2);
        asked.add(ask(MODEST));
        Awaitility.await().until(() -> waiting() == Turns.WITHOUT_REST + 2);

        steps.release(asked.size());
        asked.forEach(CompletableFuture::join);

        Duration took = Duration.ofNanos(ended.get(0) - begun.get(0));
        assertThat(order).startsWith(GREEDY, MODEST, GREEDY);
        assertThat(Duration.ofNanos(begun.get(2) - ended.get(0))).isGreaterThanOrEqualTo(Turns.rest(took));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT0S", "PT0.1S, PT0.3S", "PT0.4S, PT1S", "PT10S, PT1S"})
    void aRestIsThriceItsTurnAndASecondAtMost(Duration turn, Duration rest) {
        assertThat(Turns.rest(turn)).isEqualTo(rest);
    }

    @Test
    void whoIsAloneDoesNotRest() {
        HttpDoor.close(door);
        open(Duration.ofMinutes(1), 1, OF_ALL);
        List<CompletableFuture<HttpResponse<String>>> asked = askOften(GREEDY, Turns.WITHOUT_REST + 2);
        steps.release(asked.size());
        asked.forEach(CompletableFuture::join);

        long took = ended.get(0) - begun.get(0);
        assertThat(begun.get(1) - ended.get(0)).isLessThan(took);
    }
}
