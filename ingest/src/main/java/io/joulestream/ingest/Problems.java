package io.joulestream.ingest;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with files: all of it is counted, the first 20 are kept to be shown. For one thread. */
public final class Problems {
    private static final int MAX_SHOWN = 20;

    private final List<Problem> shown = new ArrayList<>();
    private int total;

    public void add(Problem problem) {
        total++;
        if (shown.size() < MAX_SHOWN) {
            shown.add(problem);
        }
    }

    public List<Problem> shown() {
        return shown;
    }

    public int total() {
        return total;
    }
}
