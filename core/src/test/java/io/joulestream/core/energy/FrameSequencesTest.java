package io.joulestream.core.energy;

import static io.joulestream.core.energy.FrameSequences.Arrival.NEW;
import static io.joulestream.core.energy.FrameSequences.Arrival.REPEATED;
import static io.joulestream.core.energy.FrameSequences.Arrival.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrameSequencesTest {
    private final FrameSequences sequences = new FrameSequences();
    private final List<String> away = new ArrayList<>();

    @Test
    void aFrameIsNewOnceAndThenRepeated() {
        assertThat(sequences.arrive(7, 1)).isEqualTo(NEW);
        assertThat(sequences.arrive(7, 1)).isEqualTo(REPEATED);
        assertThat(sequences.arrive(7, 2)).isEqualTo(NEW);
        assertThat(sequences.arrive(7, 1)).isEqualTo(REPEATED);
    }

    @Test
    void whatLiesBelowTheFirstFrameIsMissing() {
        sequences.arrive(7, 5);

        assertThat(sequences.framesMissing()).isEqualTo(4);
        assertThat(sequences.arrive(7, 1)).isEqualTo(NEW);
    }

    @Test
    void aMissingRangeShrinksFromBothEndsAndSplits() {
        sequences.arrive(7, 1);
        sequences.arrive(7, 10);
        assertThat(sequences.framesMissing()).isEqualTo(8);

        assertThat(sequences.arrive(7, 2)).isEqualTo(NEW);
        assertThat(sequences.arrive(7, 9)).isEqualTo(NEW);
        assertThat(sequences.arrive(7, 5)).isEqualTo(NEW);

        assertThat(sequences.framesMissing()).isEqualTo(5);
        for (long come : new long[] {1, 2, 5, 9, 10}) {
            assertThat(sequences.arrive(7, come)).as("%d", come).isEqualTo(REPEATED);
        }
        for (long missing : new long[] {3, 4, 6, 7, 8}) {
            assertThat(sequences.arrive(7, missing)).as("%d", missing).isEqualTo(NEW);
        }
        assertThat(sequences.framesMissing()).isZero();
        assertThat(sequences.isAnyMissing()).isFalse();
    }

    @Test
    void originsDoNotCountTogether() {
        sequences.arrive(7, 1);

        assertThat(sequences.arrive(8, 1)).isEqualTo(NEW);
        assertThat(sequences.framesMissing()).isZero();
    }

    @Test
    void theOldestMissingRangeIsGivenUpWhenThereAreTooMany() {
        for (long sequence = 2; sequence <= 2 * FrameSequences.MAX_MISSING_RANGES; sequence += 2) {
            sequences.arrive(7, sequence);
        }
        assertThat(sequences.framesMissing()).isEqualTo(FrameSequences.MAX_MISSING_RANGES);

        sequences.arrive(7, 2L * FrameSequences.MAX_MISSING_RANGES + 2);

        assertThat(sequences.framesMissing()).isEqualTo(FrameSequences.MAX_MISSING_RANGES);
        assertThat(sequences.arrive(7, 1)).isEqualTo(UNKNOWN);
        assertThat(sequences.arrive(7, 2)).isEqualTo(REPEATED);
        assertThat(sequences.arrive(7, 3)).isEqualTo(NEW);
        assertThat(isUnbroken(0, 2)).as("nobody waits for what was given up").isTrue();
    }

    @Test
    void theOriginThatWasSilentLongestIsForgotten() {
        for (long origin = 1; origin <= FrameSequences.MAX_ORIGINS; origin++) {
            sequences.arrive(origin, 1);
        }
        sequences.arrive(1, 2);

        sequences.arrive(99, 1);

        assertThat(sequences.origins()).hasSize(FrameSequences.MAX_ORIGINS).doesNotContainKey(2L);
        assertThat(sequences.arrive(1, 2)).isEqualTo(REPEATED);
        assertThat(sequences.arrive(2, 1))
                .as("forgotten: judged by its readings")
                .isEqualTo(NEW);
    }

    @Test
    void ofAForgottenOriginWhatLiesBelowIsUnknownAndWhatComesLaterCounts() {
        sequences.resume(7, 20, 12);

        assertThat(sequences.arrive(7, 20)).isEqualTo(NEW);
        assertThat(sequences.framesMissing()).isZero();
        assertThat(sequences.arrive(7, 19)).isEqualTo(UNKNOWN);
        assertThat(sequences.arrive(7, 20)).isEqualTo(REPEATED);
        sequences.arrive(7, 22);
        assertThat(sequences.framesMissing()).isEqualTo(1);
    }

    @Test
    void aForgottenOriginIsTakenUpByALateFrameOrARepeatedOne() {
        sequences.resume(7, 9, 12);
        assertThat(sequences.arrive(7, 9)).isEqualTo(UNKNOWN);
        assertThat(sequences.arrive(7, 13)).isEqualTo(NEW);

        sequences.resume(8, 12, 12);
        assertThat(sequences.arrive(8, 12)).isEqualTo(REPEATED);
        assertThat(sequences.framesMissing()).isZero();
    }

    @Test
    void askingAboutAnOriginDoesNotKeepIt() {
        for (long origin = 1; origin <= FrameSequences.MAX_ORIGINS; origin++) {
            sequences.arrive(origin, 1);
        }
        isUnbroken(0, 1);

        sequences.arrive(99, 1);

        assertThat(sequences.origins()).doesNotContainKey(1L);
    }

    @Test
    void readingsAreUnbrokenWhenEveryFrameBetweenThemHasCome() {
        sequences.arrive(1, 1);
        sequences.arrive(1, 4);
        sequences.arrive(1, 2);

        assertThat(isUnbroken(1, 2)).isTrue();
        assertThat(isUnbroken(1, 4)).isFalse();
        assertThat(isUnbroken(4, 1)).as("whichever is later").isFalse();
        assertThat(isUnbroken(2, 4)).isFalse();
        sequences.arrive(1, 3);
        assertThat(isUnbroken(1, 4)).isTrue();
    }

    @Test
    void readingsOfOneFrameAreUnbroken() {
        sequences.arrive(1, 3);

        assertThat(isUnbroken(3, 3)).isTrue();
    }

    @Test
    void readingsOfTwoSendersAreUnbroken() {
        sequences.arrive(1, 5);
        sequences.arrive(2, 9);
        Reading ofAnother = new Reading(0, 0, 0, false, 2, 1, 9, 0);

        assertThat(sequences.isUnbroken(Channels.reading(0, 0, 5), ofAnother)).isTrue();
    }

    @Test
    void whatIsMissingBeforeAllReadingsAtHandIsPutAwayAndStillCounts() {
        comeButNotTwoToFourNorSixToEight();

        assertThat(putAwayBefore(4)).as("4 itself is missing").isEmpty();
        assertThat(putAwayBefore(5)).containsExactly("7: 2 to 4");
        assertThat(sequences.isAnyMissing()).isTrue();
        assertThat(sequences.framesMissing()).isEqualTo(6);

        assertThat(putAwayBefore(9)).containsExactly("7: 6 to 8");
        assertThat(sequences.isAnyMissing()).isFalse();
        assertThat(sequences.framesMissing()).isEqualTo(6);
    }

    @Test
    void ofAnOriginWithoutReadingsAtHandAllThatIsMissingIsPutAway() {
        comeButNotTwoToFourNorSixToEight();

        sequences.putAway(Map.of(8L, 1L), (origin, first, last) -> away.add(origin + ": " + first + " to " + last));

        assertThat(away).containsExactly("7: 2 to 4", "7: 6 to 8");
    }

    @Test
    void aFrameUpToTheGreatestNumberThatWasPutAwayNeedsIt() {
        comeButNotTwoToFourNorSixToEight();
        assertThat(sequences.needsOlder(7, 8)).as("all is at hand").isFalse();
        putAwayBefore(9);

        assertThat(sequences.needsOlder(7, 1)).isTrue();
        assertThat(sequences.needsOlder(7, 8)).isTrue();
        assertThat(sequences.needsOlder(7, 9)).isFalse();
        assertThat(sequences.needsOlder(7, 11))
                .as("may be missed with the rest")
                .isFalse();
        assertThat(sequences.needsOlder(99, 1)).isFalse();
    }

    @Test
    void aFrameThatOpensOneMissingRangeTooManyNeedsTheOldestWhichIsGivenUp() {
        for (long sequence = 2; sequence <= 2 * FrameSequences.MAX_MISSING_RANGES; sequence += 2) {
            sequences.arrive(7, sequence);
        }
        long highest = 2L * FrameSequences.MAX_MISSING_RANGES;
        assertThat(sequences.needsOlder(7, highest + 2)).as("all is at hand").isFalse();
        putAwayBefore(10);

        assertThat(sequences.needsOlder(7, highest + 1)).as("opens none").isFalse();
        assertThat(sequences.needsOlder(7, highest + 2)).isTrue();
        sequences.arrive(7, highest - 1);
        assertThat(sequences.needsOlder(7, highest + 2)).as("room for one").isFalse();
    }

    @Test
    void whatIsTakenBackIsMissingAgainAndCountedOnce() {
        comeButNotTwoToFourNorSixToEight();
        putAwayBefore(9);

        sequences.forgetOlder();
        sequences.takeBack(7, 2, 4);
        sequences.takeBack(7, 6, 8);
        sequences.takeBack(99, 1, 1);

        assertThat(sequences.framesMissing()).isEqualTo(6);
        assertThat(sequences.needsOlder(7, 1)).isFalse();
        assertThat(sequences.knows(99))
                .as("an origin that was forgotten stays so")
                .isFalse();
        assertThat(sequences.arrive(7, 3)).isEqualTo(NEW);
    }

    @Test
    void whatIsGivenUpIsNoLongerMissingButUnknown() {
        comeButNotTwoToFourNorSixToEight();
        putAwayBefore(9);

        sequences.forgetOlder();
        sequences.giveUp(7, 8);
        sequences.giveUp(7, 4);
        sequences.giveUp(99, 1);

        assertThat(sequences.framesMissing()).isZero();
        assertThat(sequences.arrive(7, 8)).isEqualTo(UNKNOWN);
        assertThat(sequences.arrive(7, 9)).isEqualTo(REPEATED);
        assertThat(sequences.knows(99)).isFalse();
    }

    @Test
    void readingsOfAnOriginThatWasForgottenAreUnbroken() {
        assertThat(isUnbroken(1, 4)).isTrue();
    }

    private void comeButNotTwoToFourNorSixToEight() {
        sequences.arrive(7, 1);
        sequences.arrive(7, 5);
        sequences.arrive(7, 9);
    }

    private List<String> putAwayBefore(long first) {
        away.clear();
        sequences.putAway(Map.of(7L, first), (origin, from, to) -> away.add(origin + ": " + from + " to " + to));
        return away;
    }

    private boolean isUnbroken(long fromSequence, long toSequence) {
        return sequences.isUnbroken(Channels.reading(0, 0, fromSequence), Channels.reading(0, 0, toSequence));
    }
}
