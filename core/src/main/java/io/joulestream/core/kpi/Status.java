package io.joulestream.core.kpi;

import java.util.Locale;

/** How final a figure is. */
public enum Status {
    /** A draft: later readings may change it. */
    PROVISIONAL,
    /** Sealed, for ever. */
    CLOSED,
    /** Sealed, and not the first version of its period. */
    RESTATED;

    /** The word that people are shown: "draft", "closed", "restated". */
    public String label() {
        return this == PROVISIONAL ? "draft" : name().toLowerCase(Locale.ROOT);
    }
}
