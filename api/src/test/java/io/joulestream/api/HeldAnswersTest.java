package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldAnswersTest {
    private static final Duration HOLD = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong();
    private final HeldAnswers held = new HeldAnswers(HOLD, nanos::get);
    private final AtomicInteger givenUp = new AtomicInteger();
    private final Deque<Errand> errands = new ArrayDeque<>();
    private final Place place = new Place() {
        @Override
        public void giveUp() {
            givenUp.incrementAndGet();
        }

        @Override
        public void haveDone(Errand errand) {
            errands.add(errand);
        }
    };
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
                place);
    }

    private Request pue() {
        return request("GET /v1/sites/berlin/pue", null, Map.of("tz", List.of("UTC")));
    }

    private Answer asked() {
        return held.answer("acme", pue(), resource);
    }

    /** What was to be done in turns of their own. */
    private void doErrands() {
        while (!errands.isEmpty()) {
            errands.poll().run();
        }
    }

    @Test
    void theSameQuestionIsAnsweredOnceAMoment() {
        Answer first = asked();
        nanos.addAndGet(HOLD.toNanos() - 1);
        Answer second = asked();
        doErrands();
        nanos.addAndGet(1);
        Answer third = asked();
        doErrands();
        Answer fourth = asked();

        assertThat(second).isSameAs(first);
        assertThat(third).as("nobody waits for the next").isSameAs(first);
        assertThat(fourth.body()).isNotEqualTo(first.body());
        assertThat(made).hasValue(2);
    }

    @ParameterizedTest(name = "made in {0} ms, held for {1} ms")
    @CsvSource({"1, 1000", "5, 1000", "20, 4000", "49, 9800", "50, 10000", "3000, 10000"})
    void theDearerAnAnswerIsTheLongerItIsHeld(long took, long heldFor) {
        Function<Request, Answer> slow = request -> {
            nanos.addAndGet(Duration.ofMillis(took).toNanos());
            return resource.apply(request);
        };

        held.answer("acme", pue(), slow);
        nanos.addAndGet(Duration.ofMillis(heldFor).toNanos() - 1);
        held.answer("acme", pue(), slow);
        int early = errands.size();
        nanos.addAndGet(1);
        held.answer("acme", pue(), slow);

        assertThat(early).isZero();
        assertThat(errands).hasSize(1);
    }

    @Test
    void whoWantsAllToBeHeldForLongHasThat() {
        Duration wanted = HeldAnswers.LONGEST.multipliedBy(2);
        HeldAnswers longer = new HeldAnswers(wanted, nanos::get);

        Answer first = longer.answer("acme", pue(), resource);
        nanos.addAndGet(wanted.toNanos() - 1);

        assertThat(longer.answer("acme", pue(), resource)).isSameAs(first);
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

        Awaitility.await("who waits for another's answer holds no turn").until(() -> givenUp.get() == 1);
        mayEnd.countDown();

        assertThat(second.join()).isSameAs(first.join());
        assertThat(made).hasValue(1);
    }

    /** It is due, and one asks; the test goes on before the next is made. */
    private void makeAnew(Runnable meanwhile) {
        held.answer("acme", pue(), request -> {
            meanwhile.run();
            return resource.apply(request);
        });
        doErrands();
    }

    @Test
    void whileTheNextIsMadeTheLastIsGiven() {
        Answer last = asked();
        nanos.addAndGet(HOLD.toNanos());

        makeAnew(() -> {
            assertThat(asked()).isSameAs(last);
            nanos.addAndGet(HOLD.toNanos() - 1);
            assertThat(asked()).isSameAs(last);
            assertThat(errands).as("it is made once").isEmpty();
        });

        assertThat(asked()).isNotSameAs(last);
        assertThat(made).hasValue(2);
        assertThat(givenUp).as("nobody waited").hasValue(0);
    }

    @Test
    void whatIsMadeAnewIsHeldAsLongAsTheFirst() {
        asked();
        for (int renewal = 1; renewal <= 3; renewal++) {
            nanos.addAndGet(HOLD.toNanos());
            asked();
            doErrands();
            Answer next = asked();
            nanos.addAndGet(HOLD.toNanos() - 1);
            assertThat(asked()).isSameAs(next);
            assertThat(errands).isEmpty();
            assertThat(made).hasValue(1 + renewal);
            nanos.addAndGet(1);
        }
    }

    @Test
    void whatTookLongerThanTheLastIsGivenIsHeldToo() {
        asked();
        nanos.addAndGet(HOLD.toNanos());

        makeAnew(() -> nanos.addAndGet(3 * HOLD.toNanos()));

        asked();
        assertThat(made).hasValue(2);
    }

    @Test
    void whatSomebodyHadMadeMeanwhileIsNotMadeAgain() {
        asked();
        nanos.addAndGet(HOLD.toNanos());
        asked();
        nanos.addAndGet(HOLD.toNanos());
        Answer madeByWhoAsked = asked();

        doErrands();

        assertThat(made).hasValue(2);
        assertThat(asked()).isSameAs(madeByWhoAsked);
    }

    @Test
    void whereThereWasNoTurnForTheNextWhoAsksThenHasItMade() {
        Answer last = asked();
        nanos.addAndGet(HOLD.toNanos());
        asked();
        errands.remove().drop();

        assertThat(asked()).isSameAs(last);
        doErrands();
        assertThat(asked()).isNotSameAs(last);
    }

    @Test
    void theNextIsMadeOfWhatTheFormatIsChosenByAndNothingElseOfTheRequest() {
        AtomicReference<Request> given = new AtomicReference<>();
        Function<Request, Answer> keeps = request -> {
            given.set(request);
            return resource.apply(request);
        };
        Request csv = request("GET /v1/sites/berlin/pue", "text/csv", Map.of("tz", List.of("UTC")));
        held.answer("acme", csv, keeps);
        nanos.addAndGet(HOLD.toNanos());
        held.answer("acme", csv, keeps);
        doErrands();

        assertThat(given.get()).isNotSameAs(csv);
        assertThat(given.get().headers().apply("Accept")).isEqualTo("text/csv");
        assertThat(given.get().target()).isEqualTo(csv.target());
        assertThat(given.get().parameters().given()).isEqualTo(csv.parameters().given());
    }

    @Test
    void whatIsStreamedIsNotHeld() {
        Function<Request, Answer> streams = request -> Answer.streamed("text/csv", body -> made.incrementAndGet());

        Answer first = held.answer("acme", pue(), streams);

        assertThat(held.answer("acme", pue(), streams)).isNotSameAs(first);
    }

    @Test
    void theLastIsGivenForAsLongAgainAndNotLonger() {
        Answer last = asked();
        nanos.addAndGet(HOLD.toNanos());

        AtomicReference<Answer> others = new AtomicReference<>();
        makeAnew(() -> {
            nanos.addAndGet(HOLD.toNanos());
            others.set(asked());
        });

        assertThat(others.get()).isNotSameAs(last);
        assertThat(made).hasValue(3);
    }

    @Test
    void whereTheNextIsRefusedTheLastIsNotGivenAnyMore() {
        Answer last = asked();
        nanos.addAndGet(HOLD.toNanos());

        makeAnew(() -> {
            throw ProblemException.notFound("there is no site");
        });

        assertThat(asked()).isNotSameAs(last);
        assertThat(made).hasValue(2);
    }

    @Test
    void nothingIsHeldWhereNothingIsToBe() {
        HeldAnswers none = new HeldAnswers(Duration.ZERO, nanos::get);

        none.answer("acme", pue(), resource);
        none.answer("acme", pue(), resource);

        assertThat(made).hasValue(2);
    }
}
