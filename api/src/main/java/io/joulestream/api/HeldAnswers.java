package io.joulestream.api;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gives the same answer to all who ask the same within a moment: a figure of the ledger, which changes with a checkpoint and
 * not between two of them. Who asks while an answer is being made waits for that one. Refusals and errors are given once and
 * not held. Thread-safe.
 */
final class HeldAnswers {
    private static final long MOST_BYTES = 32 << 20;
    /** What a question and its place take, about. */
    private static final int BYTES_OF_A_QUESTION = 500;

    /** @param accept the header of that name, by which a format is chosen; may be null */
    private record Question(String tenant, String target, Map<String, List<String>> parameters, String accept) {}

    private final boolean holdsAny;
    private final AsyncCache<Question, Outcome> held;

    /**
     * An answer, or why there is none. A future that fails would be put into the log by the cache.
     *
     * @param failure null where there is an answer
     */
    private record Outcome(Answer answer, Throwable failure) {
        static Outcome of(Supplier<Answer> resource) {
            try {
                return new Outcome(resource.get(), null);
            } catch (RuntimeException | Error e) {
                return new Outcome(null, e);
            }
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

        int bytes() {
            return answer == null ? 0 : answer.body().length;
        }
    }

    /** @param hold zero to make each answer anew */
    HeldAnswers(Duration hold, Ticker ticker) {
        this.holdsAny = !hold.isZero();
        this.held = Caffeine.newBuilder()
                .expireAfterWrite(hold)
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
        if (!holdsAny) {
            return resource.apply(request);
        }
        Question question = new Question(
                tenant,
                request.target(),
                request.parameters().given(),
                request.headers().apply("Accept"));
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> earlier = held.asMap().putIfAbsent(question, mine);
        if (earlier != null) {
            request.giveUpTurn();
            return earlier.join().get();
        }
        Outcome made = Outcome.of(() -> resource.apply(request));
        if (made.failure != null) {
            held.asMap().remove(question, mine);
        }
        mine.complete(made);
        return made.get();
    }
}
