package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void theZeroCharacterIsReplaced() {
        assertThat(Text.storable("a\0b")).isEqualTo("a\ufffdb");
        assertThat(Text.storable("ab")).isEqualTo("ab");
    }

    @Test
    void aSurrogatePairIsKeptWholeOrNotAtAll() {
        assertThat(Text.atMost(3, "ab\ud83d\ude00")).isEqualTo("ab");
        assertThat(Text.atMost(4, "ab\ud83d\ude00")).isEqualTo("ab\ud83d\ude00");
        assertThat(Text.atMost(2, "abc")).isEqualTo("ab");
    }
}
