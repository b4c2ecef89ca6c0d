package io.joulestream.app;

import io.joulestream.core.nvfp4.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads of this process that quantise, one for each processor, at most eight: each holds a strip of the tensor. */
final class WorkerPool implements Workers, AutoCloseable {
    private static final int MOST = 8;

    private final int count = Math.min(Runtime.getRuntime().availableProcessors(), MOST);
    private final ExecutorService threads = Executors.newFixedThreadPool(count, work -> {
        Thread thread = new Thread(work, "quantise");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    public int count() {
        return count;
    }

    @Override
    public void doAll(List<Piece> pieces) throws IOException {
        List<Callable<Void>> calls = new ArrayList<>();
        for (Piece piece : pieces) {
            calls.add(() -> {
                piece.run();
                return null;
            });
        }
        try {
            for (Future<Void> done : threads.invokeAll(calls)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while quantising");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("a piece of a tensor was not quantised", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
