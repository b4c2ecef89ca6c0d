package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.nvfp4.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerPoolTest {
    private final WorkerPool workers = new WorkerPool();
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void end() {
        workers.close();
    }

    @Test
    void everyPieceIsDoneOnce() throws IOException {
        workers.doAll(Collections.nCopies(1_000, done::incrementAndGet));

        assertThat(done).hasValue(1_000);
        assertThat(workers.count()).isBetween(1, 8);
    }

    @Test
    void whatAPieceThrowsIsThrownOnceNoneIsRunning() throws IOException {
        Workers.Piece failing = () -> {
            throw new IOException("disk");
        };
        List<Workers.Piece> pieces = new ArrayList<>(Collections.nCopies(1_000, done::incrementAndGet));
        pieces.add(500, failing);

        assertThatThrownBy(() -> workers.doAll(pieces))
                .isInstanceOf(IOException.class)
                .hasMessage("disk");
        assertThatThrownBy(() -> workers.doAll(List.of(() -> {
                    throw new IllegalStateException("a fault");
                })))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a fault");
        assertNothingRuns();
    }

    @Test
    void anInterruptionWaitsForWhatRuns() throws IOException {
        Thread caller = Thread.currentThread();
        Workers.Piece interrupting = () -> {
            caller.interrupt();
            // until the caller was waiting and has noticed
            while (caller.isInterrupted()) {
                Thread.onSpinWait();
            }
            done.incrementAndGet();
        };
        List<Workers.Piece> pieces = new ArrayList<>(Collections.nCopies(10_000, done::incrementAndGet));
        pieces.add(9_000, interrupting);

        assertThatThrownBy(() -> workers.doAll(List.of(interrupting))).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasValue(1);

        assertThatThrownBy(() -> workers.doAll(pieces)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertNothingRuns();
    }

    @Test
    void aPoolThatIsClosedIsAnError() {
        workers.close();

        assertThatThrownBy(() -> workers.doAll(List.of(done::incrementAndGet)))
                .isInstanceOf(RejectedExecutionException.class);
    }

    private void assertNothingRuns() throws IOException {
        int then = done.get();
        workers.doAll(List.of());
        workers.close();
        assertThat(done).hasValue(then);
    }
}
