package io.joulestream.app;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongConsumer;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * Tells on the error stream how much of a tensor has been read: in one line that is written over on a terminal, in a line
 * for every tenth elsewhere. For one thread.
 */
final class ReadingProgress implements LongConsumer {
    private static final int STEPS_ELSEWHERE = 10;
    private static final int STEPS_ON_TERMINAL = 100;

    private final PrintWriter out;
    private final long total;
    private final int steps;
    private long read;
    private long toldStep;

    private ReadingProgress(PrintWriter out, long total, int steps) {
        this.out = out;
        this.total = total;
        this.steps = steps;
    }

    /** The option that asks for it. */
    static final class Asked {
        @Option(
                names = "--progress",
                negatable = true,
                description = "Tell how far it is on the error stream. Without it: on a terminal only.")
        private Boolean progress;

        /** @param elements to be read in all */
        ReadingProgress of(CommandSpec spec, long elements) {
            boolean terminal = Ansi.AUTO.enabled();
            boolean asked = progress == null ? terminal : progress;
            return new ReadingProgress(
                    spec.commandLine().getErr(), elements, !asked ? 0 : terminal ? STEPS_ON_TERMINAL : STEPS_ELSEWHERE);
        }
    }

    @Override
    public void accept(long elements) {
        read += elements;
        if (steps == 0 || total == 0) {
            return;
        }
        long step = (long) ((double) read / total * steps);
        if (step > toldStep) {
            toldStep = step;
            String percent = String.format(Locale.ROOT, "%3d %% read", step * 100 / steps);
            if (steps == STEPS_ON_TERMINAL) {
                out.print("\r" + percent);
                out.flush();
            } else {
                out.println(percent);
            }
        }
    }

    /** Leaves the line of a terminal empty. */
    void done() {
        if (steps == STEPS_ON_TERMINAL && toldStep > 0) {
            out.print("\r           \r");
            out.flush();
        }
    }
}
