package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HeldAnswersTest {
    private static final Duration HOLD = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong();
    private final HeldAnswers held = new HeldAnswers(HOLD, nanos::get);
    private final AtomicInteger givenUp = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final Function<Request, Answer> resource = request -> Answer.json(Map.of("n", made.incrementAndGet()));

    private Request request(String target, String accept, Map<String, List<String>> query) {
        return new Request(
                Caller.NOBODY,
                new Credentials(null, null, null, null),
                target,
                Map.of(),
                new Parameters(query, Set.of("tz")),
                name -> name.equals("Accept") ? accept : null,
                name -> null,
                new byte[0],
                () -> givenUp.incrementAndGet());
    }

    private Request pue() {
        return request("GET /v1/sites/berlin/pue", null, Map.of("tz", List.of("UTC")));
    }

    @Test
    void theSameQuestionIsAnsweredOnceAMoment() {
        Answer first = held.answer("acme", pue(), resource);
        nanos.addAndGet(HOLD.toNanos() - 1);
        Answer second = held.answer("acme", pue(), resource);
        nanos.addAndGet(1);
        Answer third = held.answer("acme", pue(), resource);

        assertThat(second).isSameAs(first);
        assertThat(third.body()).isNotEqualTo(first.body());
        assertThat(made).hasValue(2);
    }

    @Test
    void anotherTenantPathParameterOrFormatIsAnotherQuestion() {
        held.answer("acme", pue(), resource);
        held.answer("umbrella", pue(), resource);
        held.answer("acme", request("GET /v1/sites/lab/pue", null, Map.of("tz", List.of("UTC"))), resource);
        held.answer("acme", request("GET /v1/sites/berlin/pue", null, Map.of("tz", List.of("Asia/Tokyo"))), resource);
        held.answer("acme", request("GET /v1/sites/berlin/pue", "text/csv", Map.of("tz", List.of("UTC"))), resource);

        assertThat(made).hasValue(5);
    }

    @Test
    void aRefusalIsNotHeld() {
        Function<Request, Answer> refuses = request -> {
            made.incrementAndGet();
            throw ProblemException.notFound("there is no site");
        };

        assertThatThrownBy(() -> held.answer("acme", pue(), refuses)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> held.answer("acme", pue(), refuses)).isInstanceOf(ProblemException.class);

        assertThat(made).hasValue(2);
    }

    @Test
    void whoAsksWhileItIsBeingMadeIsGivenTheSame() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Function<Request, Answer> slow = request -> {
            asked.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return resource.apply(request);
        };
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> held.answer("acme", pue(), slow));
        Awaitility.await().until(() -> asked.getCount() == 0);
        CompletableFuture<Answer> second = CompletableFuture.supplyAsync(() -> held.answer("acme", pue(), slow));

        mayEnd.countDown();

        assertThat(second.join()).isSameAs(first.join());
        assertThat(givenUp).as("who waits for another's answer holds no turn").hasValue(1);
        assertThat(made).hasValue(1);
    }

    @Test
    void nothingIsHeldWhereNothingIsToBe() {
        HeldAnswers none = new HeldAnswers(Duration.ZERO, nanos::get);

        none.answer("acme", pue(), resource);
        none.answer("acme", pue(), resource);

        assertThat(made).hasValue(2);
    }
}
