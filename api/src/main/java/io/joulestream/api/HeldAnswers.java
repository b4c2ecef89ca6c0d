package io.joulestream.api;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

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
    private final AsyncCache<Question, Answer> held;

    /** @param hold zero to make each answer anew */
    HeldAnswers(Duration hold, Ticker ticker) {
        this.holdsAny = !hold.isZero();
        this.held = Caffeine.newBuilder()
                .expireAfterWrite(hold)
                .ticker(ticker)
                .executor(Runnable::run)
                .maximumWeight(MOST_BYTES)
                .weigher((Question question, Answer answer) -> BYTES_OF_A_QUESTION + answer.body().length)
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
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> earlier = held.asMap().putIfAbsent(question, mine);
        if (earlier == null) {
            return made(mine, request, resource);
        }
        request.giveUpTurn();
        return awaited(earlier);
    }

    private static Answer made(CompletableFuture<Answer> mine, Request request, Function<Request, Answer> resource) {
        try {
            Answer answer = resource.apply(request);
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private static Answer awaited(CompletableFuture<Answer> earlier) {
        try {
            return earlier.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
