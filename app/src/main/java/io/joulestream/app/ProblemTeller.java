package io.joulestream.app;

import java.io.PrintWriter;
import java.util.List;

/** Tells the terminal what keeps a process from its work: each problem once for as long as it lasts. For one thread. */
final class ProblemTeller {
    private final PrintWriter out;
    private List<String> told = List.of();

    ProblemTeller(PrintWriter out) {
        this.out = out;
    }

    /** @param problems all there are now */
    void tell(List<String> problems) {
        problems.stream().filter(problem -> !told.contains(problem)).forEach(out::println);
        if (problems.isEmpty() && !told.isEmpty()) {
            out.println("OK again");
        }
        told = List.copyOf(problems);
    }
}
