package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void theZeroCharacterIsReplaced() {
        assertThat(Text.storable("a\0b")).isEqualTo("a\ufffdb");
        assertThat(Text.storable("ab")).isEqualTo("ab");
    }

    @Test
    void halfASurrogatePairIsReplaced() {
        assertThat(Text.storable("a\ud800b")).isEqualTo("a\ufffdb");
        assertThat(Text.storable("\ud83d\ude00")).isEqualTo("\ud83d\ude00");
    }

    @Test
    void anOrdinaryNameIsKeptAndOthersStayDifferent() {
        String tooLong = "x".repeat(Text.MAX_NAME_CHARS);

        assertThat(Text.name("hall-1/node-a[01]")).isEqualTo("hall-1/node-a[01]");
        assertThat(Text.name(tooLong)).isEqualTo(tooLong);
        assertThat(Stream.of(tooLong + "a", tooLong + "b", "r", "r\0", "r\ud800", "r\ufffd", "r?")
                        .map(Text::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.length() <= Text.MAX_NAME_CHARS)
                .allMatch(name -> Text.storable(name).equals(name));
    }

    @Test
    void aSurrogatePairIsKeptWholeOrNotAtAll() {
        assertThat(Text.atMost(3, "ab\ud83d\ude00")).isEqualTo("ab");
        assertThat(Text.atMost(4, "ab\ud83d\ude00")).isEqualTo("ab\ud83d\ude00");
        assertThat(Text.atMost(2, "abc")).isEqualTo("ab");
    }
}
