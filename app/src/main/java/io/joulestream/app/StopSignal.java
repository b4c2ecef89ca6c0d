package io.joulestream.app;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;

/**
 * The wish of whoever runs the process that it end: TERM, or INT as Ctrl-C sends it. The first asks and lets everything be
 * closed in order; a second one ends the process at once, as a kill would, and the next start recovers.
 *
 * <p>A shutdown hook could do neither: the exit code would be that of the signal, and the JVM hears no second one. Java has no
 * other way to hear a signal than this class of {@code jdk.unsupported}, which every JDK has.
 */
final class StopSignal {
    /** Why the process ends when the user wants it to. */
    static final String ASKED = "asked to stop";

    private static final List<String> NAMES = List.of("TERM", "INT");

    /** What a shell adds to a signal's number for the exit code. */
    private static final int BY_SIGNAL = 128;

    private StopSignal() {}

    /** Completes with {@link #ASKED} at the first signal from now on. Until now a signal ends the process by its hooks. */
    static CompletableFuture<String> awaited() {
        CompletableFuture<String> asked = new CompletableFuture<>();
        for (String name : NAMES) {
            Signal.handle(new Signal(name), signal -> {
                if (!asked.complete(ASKED)) {
                    Runtime.getRuntime().halt(BY_SIGNAL + signal.getNumber());
                }
            });
        }
        return asked;
    }
}
