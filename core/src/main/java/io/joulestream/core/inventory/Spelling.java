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

    /** Edits of one letter, two neighbours swapped being one edit. */
    private static int distance(String a, String b) {
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int least = Math.min(rows[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                rows[i][j] = swapped ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
            }
        }
        return rows[a.length()][b.length()];
    }
}
