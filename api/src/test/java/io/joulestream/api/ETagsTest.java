package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ETagsTest {
    @Test
    void tagsAreComparedWeakly() {
        assertThat(ETags.matches("\"a\"", "\"a\"")).isTrue();
        assertThat(ETags.matches("W/\"a\"", "\"a\"")).isTrue();
        assertThat(ETags.matches("\"b\", W/\"a\"", "W/\"a\"")).isTrue();
        assertThat(ETags.matches("*", "\"a\"")).isTrue();
    }

    @Test
    void anotherOrNoTagDoesNotMatch() {
        assertThat(ETags.matches("\"b\"", "\"a\"")).isFalse();
        assertThat(ETags.matches(null, "\"a\"")).isFalse();
        assertThat(ETags.matches("*", null)).isFalse();
        assertThat(ETags.matches("", "\"a\"")).isFalse();
    }
}
