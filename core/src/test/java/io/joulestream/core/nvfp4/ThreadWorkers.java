package io.joulestream.core.nvfp4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A pool's threads as workers. */
final class ThreadWorkers implements Workers, AutoCloseable {
    private final ExecutorService pool;
    private final int count;

    ThreadWorkers(int count) {
        this.pool = Executors.newFixedThreadPool(count);
        this.count = count;
    }

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
            for (Future<Void> done : pool.invokeAll(calls)) {
                done.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
