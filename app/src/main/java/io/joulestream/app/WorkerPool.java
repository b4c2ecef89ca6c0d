package io.joulestream.app;

import io.joulestream.core.nvfp4.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Threads of this process that quantise, one for each processor, at most eight: each holds a strip of the tensor. After a failure
 * or an interruption no piece is begun; those that run are waited for, because they write to strips that are used again.
 */
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
        AtomicBoolean stopped = new AtomicBoolean();
        List<Future<Void>> begun = new ArrayList<>();
        Throwable failure = null;
        try {
            for (Piece piece : pieces) {
                begun.add(threads.submit(() -> {
                    if (!stopped.get()) {
                        piece.run();
                    }
                    return null;
                }));
            }
        } catch (RejectedExecutionException e) {
            stopped.set(true);
            failure = e;
        }
        boolean interrupted = false;
        for (int i = 0; i < begun.size(); ) {
            try {
                begun.get(i).get();
                i++;
            } catch (ExecutionException e) {
                stopped.set(true);
                failure = failure == null ? e.getCause() : failure;
                i++;
            } catch (InterruptedException e) {
                // this one is waited for again
                stopped.set(true);
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while quantising");
        }
        rethrow(failure);
    }

    private static void rethrow(Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
