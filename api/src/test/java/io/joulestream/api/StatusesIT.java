package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.OpenApi.Example;
import io.joulestream.api.OpenApi.Operation;
import io.joulestream.core.access.ApiKey;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may go wrong at any address goes wrong at each as {@code openapi.yaml} says. */
class StatusesIT {
    private static final String LONG = "x".repeat(20_000);

    private static TestApi api;
    private static TestApi failing;
    private static TestApi withoutDatabase;
    /** Where nobody is known, and all share what strangers may ask. */
    private static TestApi counting;

    @BeforeAll
    static void start() {
        api = Documented.start();
        failing = Documented.startFailing();
        withoutDatabase = TestApi.startWithKeys();
        withoutDatabase.database().close();
        counting = TestApi.startWithKeys(4);
    }

    @AfterAll
    static void stop() {
        List.of(api, failing, withoutDatabase, counting).forEach(TestApi::close);
    }

    static List<Operation> operations() {
        return OpenApi.FILE.operations();
    }

    static List<Operation> guardedOperations() {
        List<String> guarded = TestApi.routes().stream()
                .filter(route -> route.access().permission().isPresent())
                .map(Route::name)
                .toList();
        return operations().stream()
                .filter(operation -> guarded.contains(operation.toString()))
                .toList();
    }

    static List<Operation> operationsWithTags() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("304"))
                .toList();
    }

    static List<Operation> operationsOnSomething() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("404"))
                .filter(operation -> !DescribedAnswersCheck.NEVER_SEEN.containsKey(operation + " 404"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatIsNoGoodRequestAnywhere(Operation operation) {
        Example example = operation.example();

        assertThat(status(operation, withParameter(example, LONG), example.body()))
                .isEqualTo(414);
        assertThat(status(operation, example.address(), example.body(), "X-Large", LONG))
                .isEqualTo(431);
        // no more than what is read of it: the connection may end before the answer is taken else
        String tooMuch = example.body().isEmpty() ? "{}" : "x".repeat(bodyLimit(operation) + 1);
        assertThat(status(operation, example.address(), tooMuch)).isEqualTo(413);
    }

    /** Providers send their own. */
    static List<Operation> operationsThatKnowAllParameters() {
        return operations().stream()
                .filter(operation -> !operation.path().endsWith("/callback"))
                .toList();
    }

    private static int bodyLimit(Operation operation) {
        return TestApi.routes().stream()
                .filter(route -> route.name().equals(operation.toString()))
                .findFirst()
                .orElseThrow()
                .bodyLimit();
    }

    @ParameterizedTest
    @MethodSource("operationsThatKnowAllParameters")
    void aParameterThatNobodyKnows(Operation operation) {
        Example example = operation.example();

        assertThat(status(operation, withParameter(example, "1"), example.body()))
                .isEqualTo(400);
    }

    private static String withParameter(Example example, String value) {
        return example.address() + (example.address().contains("?") ? "&" : "?") + "x=" + value;
    }

    @ParameterizedTest
    @MethodSource("operationsOnSomething")
    void whatNobodyHas(Operation operation) {
        Example example = operation.example();
        String nowhere = example.address()
                .replace("berlin", "bergen")
                .replace("w10", "w11")
                .replace(FoundAlert.ID, FoundAlert.NONE)
                .replaceAll("(berta|agent|pager)", "bruno")
                .replace("app.js", "nothing.js");

        assertThat(nowhere).isNotEqualTo(example.address());
        assertThat(status(operation, nowhere, example.body())).isEqualTo(404);
    }

    private static int status(Operation operation, String address, String body, String... headers) {
        String[] all = List.of(
                        List.of(
                                "Authorization",
                                "Bearer "
                                        + Documented.keyOf(operation.example()).text()),
                        List.of(headers))
                .stream()
                .flatMap(List::stream)
                .toArray(String[]::new);
        return Documented.ask(api, operation.example(), address, body, all).statusCode();
    }

    @ParameterizedTest
    @MethodSource("operationsWithTags")
    void whatIsKnownAlready(Operation operation) {
        String tag = tag(operation, operation.example().method());

        assertThat(status(operation, operation.example().address(), "", "If-None-Match", tag))
                .isEqualTo(304);
        assertThat(status(
                        operation,
                        operation.example().address(),
                        "",
                        "If-None-Match",
                        tag.replaceAll("[0-9a-f]{64}", "0".repeat(64))))
                .isEqualTo(200);
        assertThat(tag(operation, "HEAD")).isEqualTo(tag);
    }

    private static String tag(Operation operation, String method) {
        return api.send(
                        method,
                        operation.example().address(),
                        "Authorization",
                        "Bearer " + Documented.keyOf(operation.example()).text())
                .headers()
                .firstValue("ETag")
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("guardedOperations")
    void whoMayNot(Operation operation) {
        Example example = operation.example();

        assertThat(Documented.ask(api, example, example.address(), example.body())
                        .statusCode())
                .isEqualTo(401);
        assertThat(ask(api, example, Documented.AGENT).statusCode()).isEqualTo(403);
    }

    static List<Operation> operationsThatAreCounted() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("429"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsThatAreCounted")
    void whoHasAskedTooOften(Operation operation) {
        spendWhatStrangersMayAsk();

        assertThat(ask(counting, operation.example(), Documented.keyOf(operation.example()))
                        .statusCode())
                .isEqualTo(429);
    }

    /** So that nothing comes back within a second. */
    private static void spendWhatStrangersMayAsk() {
        HttpResponse<String> answer;
        do {
            answer = counting.get("/v1/session");
        } while (answer.headers().firstValueAsLong("Retry-After").orElse(0) < 2);
    }

    static List<Operation> operationsWithBodies() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("415"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsWithBodies")
    void aBodyThatIsNotJson(Operation operation) {
        Example example = operation.example();

        HttpResponse<String> answer = api.sendBody(
                example.method(),
                example.address(),
                example.body(),
                "Content-Type",
                "text/plain",
                "Authorization",
                "Bearer " + Documented.keyOf(operation.example()).text());

        assertThat(answer.statusCode()).isEqualTo(415);
    }

    static List<Operation> operationsInFormats() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("406"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsInFormats")
    void aFormatThatNobodyHas(Operation operation) {
        Example example = operation.example();

        assertThat(status(operation, example.address(), "", "Accept", "application/pdf, text/html;q=0.5"))
                .isEqualTo(406);
        assertThat(status(operation, example.address(), "", "Accept", "application/pdf, */*;q=0.1"))
                .isEqualTo(200);
    }

    static List<Operation> operationsOnce() {
        return operationsWithBodies().stream()
                .filter(operation -> operation.statuses().contains("422"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsOnce")
    void anotherRequestUnderTheSameKey(Operation operation) {
        Example example = operation.example();
        String another = example.body()
                .replace("mia", "mio")
                .replace("2026-12-01", "2026-12-02")
                .replace("PT1H", "PT2H")
                .replace("1.35", "1.36")
                .replace("/alerts", "/other");
        String[] once = {"Idempotency-Key", example.name()};

        assertThat(another).isNotEqualTo(example.body());
        assertThat(status(operation, example.address(), example.body(), once)).isEqualTo(201);
        assertThat(status(operation, example.address(), example.body(), once)).isEqualTo(201);
        assertThat(status(operation, example.address(), another, once)).isEqualTo(422);
    }

    static List<Operation> operationsThatFail() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("500"))
                .filter(operation -> !DescribedAnswersCheck.NEVER_SEEN.containsKey(operation + " 500"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsThatFail")
    void aServerThatFails(Operation operation) {
        assertThat(ask(failing, operation.example(), Documented.keyOf(operation.example()))
                        .statusCode())
                .isEqualTo(500);
    }

    static List<Operation> operationsOfTheDatabase() {
        return operations().stream()
                .filter(operation -> operation.statuses().contains("503"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operationsOfTheDatabase")
    void aDatabaseThatIsAway(Operation operation) {
        assertThat(ask(withoutDatabase, operation.example(), Documented.keyOf(operation.example()))
                        .statusCode())
                .isEqualTo(503);
    }

    private static HttpResponse<String> ask(TestApi of, Example example, ApiKey key) {
        String[] shown = {"Authorization", "Bearer " + key.text()};
        String[] session = {"Cookie", "js=" + Ledger.TENANT + "." + "S".repeat(43)};
        boolean endsIt = example.request().equals("DELETE /v1/session");
        return Documented.ask(of, example, example.address(), example.body(), endsIt ? session : shown);
    }
}
