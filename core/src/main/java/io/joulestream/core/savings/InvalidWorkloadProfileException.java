package io.joulestream.core.savings;

import java.util.List;

/** A workload profile that cannot be used, with all that is wrong with it. */
public final class InvalidWorkloadProfileException extends IllegalArgumentException {
    private final List<String> problems;

    InvalidWorkloadProfileException(List<String> problems) {
        super("workload profile: " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence each, in the order of the profile. */
    public List<String> problems() {
        return problems;
    }
}
