package io.joulestream.ingest.capture;

import io.joulestream.ingest.Problem;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a capture: all of it is counted, the first 20 are kept to be shown. For one thread. */
final class Problems {
    private static final int MAX_SHOWN = 20;

    private final List<Problem> shown = new ArrayList<>();
    private int total;

    void add(Problem problem) {
        total++;
        if (shown.size() < MAX_SHOWN) {
            shown.add(problem);
        }
    }

    List<Problem> shown() {
        return shown;
    }

    int total() {
        return total;
    }
}
