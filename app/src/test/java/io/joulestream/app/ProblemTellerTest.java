package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTellerTest {
    private final StringWriter out = new StringWriter();
    private final ProblemTeller teller = new ProblemTeller(new PrintWriter(out, true));

    @Test
    void aProblemIsToldOnceForAsLongAsItLastsAndThenThatItIsOver() {
        teller.tell(List.of());
        teller.tell(List.of("a"));
        teller.tell(List.of("a", "b"));
        teller.tell(List.of("b"));
        teller.tell(List.of());
        teller.tell(List.of());
        teller.tell(List.of("a"));

        assertThat(out.toString().lines()).containsExactly("a", "b", "OK again", "a");
    }
}
