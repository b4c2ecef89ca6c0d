package io.joulestream.app;

import java.io.PrintWriter;
import java.util.Locale;

/** A line per stage with the time since the start. For one thread. */
final class Stages implements Service.Progress {
    private final PrintWriter out;
    private final long startedNanos = System.nanoTime();

    Stages(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void stage(String name) {
        out.println(String.format(Locale.ROOT, "%5.1f s  starting %s", seconds(), name));
    }

    void say(String what) {
        out.println(String.format(Locale.ROOT, "%5.1f s  %s", seconds(), what));
    }

    void done() {
        out.println(String.format(Locale.ROOT, "%5.1f s  ready", seconds()));
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }
}
