package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OtherSendersTest {
    private static final long LATELY = OtherSenders.LATELY.toNanos();
    /** Near the end of what a clock of nanoseconds may say. */
    private static final long START = Long.MAX_VALUE - LATELY / 2;

    private final OtherSenders others = new OtherSenders(START);

    @Test
    void whoWasHereAloneHasNoOthers() {
        assertThat(others.than("a", START)).isFalse();

        others.came("a", START);
        others.came("a", START + 1);

        assertThat(others.than("a", START + 1)).isFalse();
        assertThat(others.than("b", START + 1)).isTrue();
    }

    @Test
    void anotherIsHereForAsLongAsThatIsLately() {
        others.came("b", START);
        others.came("a", START + 5);

        assertThat(others.than("a", START + LATELY - 1)).isTrue();
        assertThat(others.than("a", START + LATELY)).isFalse();
        assertThat(others.than("b", START + LATELY + 4)).isTrue();
        assertThat(others.than("b", START + LATELY + 5)).isFalse();
    }

    @Test
    void ofManyTheLastCounts() {
        others.came("a", START);
        others.came("b", START + 1);
        others.came("c", START + 2);
        others.came("a", START + 3);

        assertThat(others.than("a", START + LATELY + 1)).as("c came last").isTrue();
        assertThat(others.than("a", START + LATELY + 2)).isFalse();
    }
}
