package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdPatternTest {
    @Test
    void anIdWithoutRangeIsItsOnlyMember() {
        assertThat(members("meter/MDB-1")).containsExactly("meter/MDB-1");
    }

    @Test
    void aLeadingZeroFillsAllNumbersToTheSameWidth() {
        assertThat(members("n[08-11]")).containsExactly("n08", "n09", "n10", "n11");
        assertThat(members("n[8-11]")).containsExactly("n8", "n9", "n10", "n11");
    }

    @Test
    void twoRangesMultiplyAndTheLastRunsFastest() {
        assertThat(members("n[1-2]/gpu[0-1]")).containsExactly("n1/gpu0", "n1/gpu1", "n2/gpu0", "n2/gpu1");
    }

    @Test
    void theSizeOfManyRangesDoesNotOverflow() {
        IdPattern pattern = IdPattern.parse("a[1-999999999]b[1-999999999]c[1-999999999]d[1-999999999]");

        assertThat(pattern.size()).isGreaterThan(1_000_000_000_000_000_000L);
    }

    @Test
    void rangesOfOneLengthFollowEachOtherWhateverTheirNumbers() {
        assertThat(IdPattern.parse("pdu[1-3]").mismatchWith(IdPattern.parse("n[07-09]/g[0-1]")))
                .isNull();
        assertThat(IdPattern.parse("pdu[1-4]").mismatchWith(IdPattern.parse("n[07-09]")))
                .contains("has 4 members");
        assertThat(IdPattern.parse("pdu[1-3]/o[1-2]").mismatchWith(IdPattern.parse("n[07-09]")))
                .contains("has 2 ranges");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/",
                "/a",
                "a//b",
                "a b",
                "a|b",
                "é",
                "a[1-2",
                "a]",
                "a[]",
                "a[1]",
                "a[1-]",
                "a[5-2]",
                "a[01-123]",
                "a[1,2]",
                "a[1-9999999999]",
                "-a",
                "a[1-2]\n"
            })
    void whatIsNoPathIsRefused(String text) {
        assertThatThrownBy(() -> IdPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLongestMemberCountsForTheLength() {
        assertThat(IdPattern.parse("a".repeat(128)).size()).isEqualTo(1);
        assertThatThrownBy(() -> IdPattern.parse("a".repeat(129))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IdPattern.parse("a".repeat(120) + "[000000000-000000009]"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> members(String text) {
        IdPattern pattern = IdPattern.parse(text);
        int[] ordinals = new int[pattern.ranges().size()];
        List<String> members = new ArrayList<>();
        do {
            members.add(pattern.member(ordinals));
        } while (pattern.next(ordinals));
        assertThat(members).hasSize((int) pattern.size());
        return members;
    }
}
