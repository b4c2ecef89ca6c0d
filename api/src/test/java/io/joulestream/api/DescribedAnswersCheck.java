package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.joulestream.api.OpenApi.Operation;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Run by the build after the tests: whatever {@code openapi.yaml} says may be answered was answered to one of them. */
class DescribedAnswersCheck {
    private static final Pattern ANSWER = Pattern.compile("(\\S+) ([^ ?]*)\\S* .*? -> ([0-9]{3}) .*");

    /** What no test can bring about, each for a reason. */
    private static final Set<String> NEVER_SEEN = Set.of("GET / 404"); // the tests have a page

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
        assertThat(described).containsAll(NEVER_SEEN);
        described.removeAll(NEVER_SEEN);
        return described;
    }

    /** HEAD is described as GET; what is asked of no described operation is not told of. */
    private static Set<String> seen() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (String line : Answers.of("plain")) {
            Matcher answer = ANSWER.matcher(line);
            assertThat(answer.matches()).as(line).isTrue();
            OpenApi.FILE
                    .operation(answer.group(1), answer.group(2))
                    .ifPresent(operation -> seen.add(operation + " " + answer.group(3)));
        }
        return seen;
    }
}
