package io.joulestream.core.inventory;

import java.util.Collection;
import java.util.Locale;

/** Finds the word somebody probably meant. */
final class Spelling {
    private static final int LONGEST_WORD = 40;

    private Spelling() {}

    /** {@code " (did you mean X?)"}, or nothing when no candidate is near. */
    static String suggestion(String word, Collection<String> candidates) {
        if (word.length() > LONGEST_WORD) {
            return "";
        }
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best != null && least <= Math.max(1, best.length() / 3) ? " (did you mean " + best + "?)" : "";
    }

    /** Levenshtein, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
