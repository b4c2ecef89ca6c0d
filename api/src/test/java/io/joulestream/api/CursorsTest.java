package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.storage.RunCursor;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {
    @ParameterizedTest
    @ValueSource(strings = {"llm-1", "with space", "", "日本/=+&?#"})
    void aCursorReadBackIsTheSame(String run) {
        RunCursor cursor = new RunCursor(Instant.parse("2026-03-10T10:00:00.123456Z"), run);

        assertThat(Cursors.text(cursor)).matches("[A-Za-z0-9_-]+");
        assertThat(Cursors.parse(Cursors.text(cursor))).contains(cursor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "AAAA", "eA", "MjAyNi0wMy0xMFQxMDowMDowMFo"})
    void anythingElseIsNone(String text) {
        assertThat(Cursors.parse(text)).isEmpty();
    }

    @Test
    void aTimeThatNoRowCanHaveIsNone() {
        assertThat(Cursors.parse(Cursors.text(new RunCursor(Instant.MAX, "llm-1"))))
                .isEmpty();
        assertThat(Cursors.parse(Cursors.text(new RunCursor(Instant.EPOCH, "llm-1"))))
                .isEmpty();
    }

    @Test
    void aCursorTooLongIsNone() {
        assertThat(Cursors.parse("A".repeat(100_000))).isEmpty();
    }
}
