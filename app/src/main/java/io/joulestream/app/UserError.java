package io.joulestream.app;

import io.joulestream.ingest.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Something the user can put right. The message is one line: what, where, and what to do. Ends the program with 1. */
final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1;

    UserError(String message) {
        super(message);
    }

    UserError(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What is wrong with files, a line each.
     *
     * @param total of which those shown are some
     */
    static UserError of(List<Problem> shown, int total) {
        String more = total > shown.size() ? "\nand " + (total - shown.size()) + " more" : "";
        return new UserError(shown.stream().map(Problem::toString).collect(Collectors.joining("\n")) + more);
    }
}
