package io.joulestream.core.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the list to what a mutation run found; only {@code mvn -pl core -Pmutation verify} runs it, after the mutants. */
class MutationRunCheck {
    private static final Path REPORT =
            Path.of(System.getProperty("mutation.report", "target/pit-reports/mutations.xml"));

    @Test
    void everySurvivorOfTheRunIsListed() throws Exception {
        System.out.println(
                "proof: " + Survivor.score(REPORT) + ", " + Survivor.listed().size() + " lines listed");

        assertThat(Survivor.reported(REPORT)).isSubsetOf(Survivor.listed());
    }

    @Test
    void noListedSurvivorHasMeanwhileBeenKilled() throws Exception {
        Set<Survivor> alive = Survivor.reported(REPORT);
        alive.addAll(Survivor.timedOut(REPORT)); // nobody can tell of these whether a test killed them

        assertThat(Survivor.listed()).isSubsetOf(alive);
    }
}
