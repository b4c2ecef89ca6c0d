package io.joulestream.app;

import java.io.PrintWriter;
import java.util.Locale;

/** A line per stage with the time since the start. For one thread. */
final class Stages implements Service.Progress {
    private final PrintWriter out;
    private static final int BAR_WIDTH = 40;

    private boolean barShown;
    private final long startedNanos = System.nanoTime();

    Stages(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void stage(String name) {
        out.println(String.format(Locale.ROOT, "%5.1f s  starting %s", seconds(), name));
    }

    synchronized void say(String what) {
        endBar();
        out.println(String.format(Locale.ROOT, "%5.1f s  %s", seconds(), what));
    }

    /** How far something has come; on a terminal in one line that is written over. */
    synchronized void progress(long done, long all) {
        int percent = all == 0 ? 0 : (int) (100 * done / all);
        if (System.console() != null) {
            out.print(String.format(Locale.ROOT, "\r%5.1f s  %s %3d %%", seconds(), bar(percent), percent));
            out.flush();
            barShown = true;
        }
    }

    private static String bar(int percent) {
        int filled = percent * BAR_WIDTH / 100;
        return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
    }

    private void endBar() {
        if (barShown) {
            out.println();
            barShown = false;
        }
    }

    void done() {
        out.println(String.format(Locale.ROOT, "%5.1f s  ready", seconds()));
    }

    double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }
}
