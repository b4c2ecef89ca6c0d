package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.joulestream.api.OpenApi.Operation;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Run by the build after the tests: whatever {@code openapi.yaml} says may be answered was answered to one of them. */
class DescribedAnswersCheck {
    /** What no test brings about, and why. */
    static final Map<String, String> NEVER_SEEN = Map.of(
            "GET / 404", "the tests have a page",
            "GET /docs 404", "and one of the API",
            "DELETE /v1/session 409", "the tests listen on loopback, where browsers come from one origin",
            "GET /v1/session/oidc/callback 500",
                    "whoever comes back without a cookie is sent on before anything is asked",
            "DELETE /v1/session 500", "it does nothing that could fail but ask the database");

    @Test
    void everyDescribedAnswerWasGivenToSomeTest() throws IOException {
        assumeTrue(System.getProperty("it.test") == null, "a chosen test is not all tests");

        Set<String> unseen = described();
        unseen.removeAll(seen());

        assertThat(unseen).isEmpty();
    }

    private static Set<String> described() {
        Set<String> described = new TreeSet<>();
        for (Operation operation : OpenApi.FILE.operations()) {
            operation.statuses().forEach(status -> described.add(operation + " " + status));
        }
        assertThat(described).containsAll(NEVER_SEEN.keySet());
        described.removeAll(NEVER_SEEN.keySet());
        return described;
    }

    /** HEAD is described as GET; what is asked of no described operation is not told of. */
    private static Set<String> seen() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (String answer : Answers.statusesOf("plain")) {
            String[] parts = answer.split(" ");
            OpenApi.FILE.operation(parts[0], parts[1]).ifPresent(operation -> seen.add(operation + " " + parts[2]));
        }
        return seen;
    }
}
