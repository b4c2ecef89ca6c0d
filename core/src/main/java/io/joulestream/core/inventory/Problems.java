package io.joulestream.core.inventory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. Beyond a thousand problems it only counts: nobody reads further. */
final class Problems {
    static final int MAX_LISTED = 1_000;

    private final List<Problem> listed = new ArrayList<>();
    private int unlisted;

    void add(int line, String path, String message) {
        if (listed.size() < MAX_LISTED) {
            listed.add(new Problem(line, path, message));
        } else {
            unlisted++;
        }
    }

    /** What was probably meant; nothing once problems are only counted, so that a hostile file costs no search. */
    String suggestion(String word, Collection<String> candidates) {
        return listed.size() < MAX_LISTED ? Spelling.suggestion(word, candidates) : "";
    }

    boolean isEmpty() {
        return listed.isEmpty();
    }

    /** All problems, in the order of the file. */
    List<Problem> inOrder() {
        List<Problem> ordered = new ArrayList<>(listed);
        ordered.sort(Comparator.comparingInt(Problem::line));
        if (unlisted > 0) {
            int last = ordered.get(ordered.size() - 1).line();
            ordered.add(new Problem(last, "", "and " + unlisted + " more problems"));
        }
        return ordered;
    }
}
