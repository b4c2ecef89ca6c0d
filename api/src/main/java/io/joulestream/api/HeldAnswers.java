package io.joulestream.api;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the same answer to all who ask the same within a moment: a figure of the ledger, which changes with a checkpoint and
 * not between two of them. The dearer an answer is, the longer it is held, so that what everybody asks for is not being made
 * most of the time. After that the next who asks has it made anew in another of its turns, and is given the last one, as is
 * whoever comes meanwhile, for as long again; without a last one they wait. So nobody waits for what many ask for. Refusals,
 * errors and what is streamed are given once and not held. Thread-safe.
 */
final class HeldAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(HeldAnswers.class);

    /** An answer is held so many times as long as its making took: it is being made for so small a part of the time. */
    private static final int TIMES_ITS_MAKING = 200;

    /** Unless a longer time is wanted of all. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    private static final long MOST_BYTES = 32 << 20;
    /** What a question and its place take, about. */
    private static final int BYTES_OF_A_QUESTION = 500;

    /** @param accept the header of that name, by which a format is chosen; may be null */
    private record Question(String tenant, String target, Map<String, List<String>> parameters, String accept) {}

    private final Duration hold;
    private final Ticker ticker;
    private final AsyncCache<Question, Outcome> held;

    /**
     * An answer, or why there is none. A future that fails would be put into the log by the cache.
     *
     * @param failure null where there is an answer
     * @param dueAfter how long it is held; as long again it may be given while the next is made
     * @param isBeingMadeAnew for one of those who ask
     */
    private record Outcome(
            Answer answer, Throwable failure, long madeAt, Duration dueAfter, AtomicBoolean isBeingMadeAnew) {
        /** For one of those who ask. */
        boolean isToBeMadeAnew(long now) {
            return now - madeAt >= dueAfter.toNanos() && isBeingMadeAnew.compareAndSet(false, true);
        }

        Answer get() {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            return answer;
        }

        boolean mayBeHeld() {
            return failure == null && answer.stream().isEmpty();
        }

        int bytes() {
            return answer == null ? 0 : answer.body().length;
        }
    }

    /** @param hold for how long at least; zero to make each answer anew */
    HeldAnswers(Duration hold, Ticker ticker) {
        this.hold = hold;
        this.ticker = ticker;
        this.held = Caffeine.newBuilder()
                .expireAfter(Expiry.writing((Question question, Outcome made) -> made.dueAfter.multipliedBy(2)))
                .ticker(ticker)
                .executor(Runnable::run)
                .maximumWeight(MOST_BYTES)
                .weigher((Question question, Outcome made) -> BYTES_OF_A_QUESTION + made.bytes())
                .buildAsync();
    }

    /**
     * @param tenant whose figures are asked for
     * @param resource makes the answer from tenant, target, parameters and accepted format, and from nothing else of the request
     */
    Answer answer(String tenant, Request request, Function<Request, Answer> resource) {
        if (hold.isZero()) {
            return resource.apply(request);
        }
        Question question = new Question(
                tenant,
                request.target(),
                request.parameters().given(),
                request.headers().apply("Accept"));
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> earlier = held.asMap().putIfAbsent(question, mine);
        if (earlier == null) {
            Outcome made = make(request, resource);
            if (!made.mayBeHeld()) {
                held.asMap().remove(question, mine);
            }
            mine.complete(made);
            return made.get();
        }
        if (!earlier.isDone()) {
            request.place().giveUp();
            return earlier.join().get();
        }
        Outcome last = earlier.join();
        if (last.isToBeMadeAnew(ticker.read())) {
            request.place().haveDone(new Renewal(question, earlier, request.detached(), resource));
        }
        return last.get();
    }

    /** Makes the next of one that is due, which is given to all until this one is there. */
    private final class Renewal implements Errand {
        private final Question question;
        private final CompletableFuture<Outcome> last;
        private final Request request;
        private final Function<Request, Answer> resource;

        Renewal(
                Question question,
                CompletableFuture<Outcome> last,
                Request request,
                Function<Request, Answer> resource) {
            this.question = question;
            this.last = last;
            this.request = request;
            this.resource = resource;
        }

        /** Where it is refused, so will be the next who asks, and is told why. */
        @Override
        public void run() {
            if (held.asMap().get(question) != last) {
                return; // too old meanwhile: who asks has it made
            }
            Outcome made = make(request, resource);
            if (made.failure != null && !(made.failure instanceof ProblemException)) {
                LOG.warn("{} is not made anew", question.target, made.failure);
            }
            CompletableFuture<Outcome> next = CompletableFuture.completedFuture(made);
            if (!made.mayBeHeld()) {
                held.asMap().remove(question, last);
            } else if (!held.asMap().replace(question, last, next)) {
                held.asMap().putIfAbsent(question, next); // the last one was too old meanwhile
            }
        }

        @Override
        public void drop() {
            last.join().isBeingMadeAnew().set(false);
        }
    }

    private Outcome make(Request request, Function<Request, Answer> resource) {
        long begun = ticker.read();
        Answer answer = null;
        Throwable failure = null;
        try {
            answer = resource.apply(request);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        long madeAt = ticker.read();
        return new Outcome(answer, failure, madeAt, holdFor(Duration.ofNanos(madeAt - begun)), new AtomicBoolean());
    }

    private Duration holdFor(Duration took) {
        Duration dear = took.multipliedBy(TIMES_ITS_MAKING);
        Duration capped = dear.compareTo(LONGEST) > 0 ? LONGEST : dear;
        return capped.compareTo(hold) > 0 ? capped : hold;
    }
}
