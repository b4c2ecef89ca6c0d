package io.joulestream.core.energy;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.energy.AllocationTable.Start;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Drounds=N} sets how many worlds a property tries for each of its seeds. */
class AllocationTableTest {
    private static final long GAP = 6;
    private static final int ROUNDS = Integer.getInteger("rounds", 200);

    private final AllocationTable table = new AllocationTable(GAP);
    private long frames;

    /** What a frame of the one sender says, outside any table. */
    private record Claim(long since, long until, String run, long sequence) {
        Span putInto(AllocationTable table) {
            return table.put(new Start(since, run, 1, sequence), until);
        }
    }

    @Test
    void whereNobodyEverSaidAnythingNobodyHoldsAndThatIsKnown() {
        assertThat(table.over(0, 100)).containsExactly(new Allocation(0, 100, "", true));
    }

    @Test
    void anAssertionExtendsToTheNextStartWithinTheGap() {
        put(0, 10, "a");
        put(16, 20, "b");

        assertThat(table.over(0, 20))
                .containsExactly(new Allocation(0, 16, "a", true), new Allocation(16, 20, "b", true));
    }

    @Test
    void beyondTheGapNobodyKnows() {
        put(0, 10, "a");
        put(17, 20, "b");

        assertThat(table.over(0, 20))
                .containsExactly(
                        new Allocation(0, 10, "a", true),
                        new Allocation(10, 17, "", false),
                        new Allocation(17, 20, "b", true));
    }

    @Test
    void beforeTheFirstAndAfterTheLastNobodyKnows() {
        put(10, 20, "a");

        assertThat(table.over(0, 30))
                .containsExactly(
                        new Allocation(0, 10, "", false),
                        new Allocation(10, 20, "a", true),
                        new Allocation(20, 30, "", false));
    }

    @Test
    void theLaterStartHoldsWhereTwoOverlap() {
        put(0, 20, "a");
        put(5, 12, "b");

        assertThat(table.over(0, 20))
                .containsExactly(
                        new Allocation(0, 5, "a", true),
                        new Allocation(5, 12, "b", true),
                        new Allocation(12, 20, "a", true));
    }

    @Test
    void ofTwoThatStartTogetherTheGreaterNameHoldsWhicheverCameFirst() {
        put(0, 10, "a");
        put(0, 10, "b");
        AllocationTable reverse = new AllocationTable(GAP);
        new Claim(0, 10, "b", 1).putInto(reverse);
        new Claim(0, 10, "a", 2).putInto(reverse);

        assertThat(table.over(0, 10)).containsExactly(new Allocation(0, 10, "b", true));
        assertThat(reverse.over(0, 10)).isEqualTo(table.over(0, 10));
    }

    @Test
    void aStopIsAnAssertionOfNobody() {
        put(0, 10, "a");
        put(10, 20, "");

        assertThat(table.over(0, 20))
                .containsExactly(new Allocation(0, 10, "a", true), new Allocation(10, 20, "", true));
    }

    @Test
    void assertionsOfOneRunThatMeetAreKeptAsOne() {
        for (int i = 0; i < 1_000; i++) {
            put(i * 10, i * 10 + 10 - GAP, "a");
        }

        assertThat(table.assertions()).hasSize(1);
        assertThat(table.over(0, 9_994)).containsExactly(new Allocation(0, 9_994, "a", true));
    }

    @Test
    void neighbouringFramesOfOneRunAreOneClaimAlsoOverTimeThatAnotherClaims() {
        put(0, 100, "b");
        put(10, 20, "a");

        put(22, 30, "a");

        assertThat(table.over(0, 40))
                .containsExactly(
                        new Allocation(0, 10, "b", true),
                        new Allocation(10, 30, "a", true),
                        new Allocation(30, 40, "b", true));
    }

    @Test
    void framesOfOneRunBetweenWhichOneIsMissingAreNotJoinedOverTimeThatAnotherHolds() {
        new Claim(0, 100, "b", 1).putInto(table);
        new Claim(10, 20, "a", 2).putInto(table);

        new Claim(22, 30, "a", 4).putInto(table);

        assertThat(table.over(10, 30))
                .containsExactly(
                        new Allocation(10, 20, "a", true),
                        new Allocation(20, 22, "b", true),
                        new Allocation(22, 30, "a", true));
    }

    @Test
    void aClaimHoldsAsOfItsFirstFrameWhicheverFrameCameFirst() {
        Claim first = new Claim(0, 10, "a", 1);
        Claim second = new Claim(11, 30, "a", 2);
        Claim other = new Claim(5, 20, "b", 7);

        for (List<Claim> order : permutations(List.of(first, second, other))) {
            assertThat(tableOf(order).over(0, 30))
                    .as("%s", order)
                    .containsExactly(
                            new Allocation(0, 5, "a", true),
                            new Allocation(5, 20, "b", true),
                            new Allocation(20, 30, "a", true));
        }
    }

    @Test
    void onlyTimeThatTwoRunsClaimIsContested() {
        put(0, 20, "a");
        put(5, 12, "b");
        put(20, 30, "c");
        table.put(new Start(19, "c", 2, 1), 25);

        assertThat(table.isContested(0, 5)).isFalse();
        assertThat(table.isContested(4, 6)).isTrue();
        assertThat(table.isContested(11, 12)).isTrue();
        assertThat(table.isContested(12, 19)).isFalse();
        assertThat(table.isContested(19, 20)).isTrue();
        assertThat(table.isContested(20, 40))
                .as("two senders that agree do not contend")
                .isFalse();
    }

    @Test
    void whatIsKnownAlreadyChangesNothing() {
        assertThat(put(0, 10, "a")).isEqualTo(new Span(0, 10));

        assertThat(put(0, 10, "a")).isNull();
        assertThat(put(0, 9, "a")).isNull();
        assertThat(put(0, 11, "a")).isEqualTo(new Span(10, 11));
        assertThat(put(2, 9, "a")).as("may yet end before another").isEqualTo(new Span(2, 9));
        assertThat(table.over(0, 11)).containsExactly(new Allocation(0, 11, "a", true));
    }

    @Test
    void aFrameOfAClaimThatComesAgainChangesNothing() {
        List<Claim> frames = List.of(new Claim(0, 10, "a", 1), new Claim(12, 20, "a", 2), new Claim(12, 30, "a", 3));
        frames.forEach(frame -> frame.putInto(table));
        AllocationTable before = table.copy();
        assertThat(table.assertions()).hasSize(1);

        for (Claim frame : frames) {
            assertThat(frame.putInto(table)).as("%s", frame).isNull();
            assertThat(table.assertions()).as("%s", frame).isEqualTo(before.assertions());
        }
    }

    @Test
    void aFrameOfAnotherRunOrSenderIsNoPartOfAClaim() {
        put(0, 10, "a");

        assertThat(new Claim(2, 8, "b", 1).putInto(table)).isEqualTo(new Span(2, 8));
        assertThat(table.put(new Start(1, "c", 2, 1), 9)).isEqualTo(new Span(1, 9));
        assertThat(table.assertions()).hasSize(3);
    }

    @Test
    void aFrameThatStartsOrEndsWithTheOneBeforeCarriesItsClaimOn() {
        new Claim(0, 10, "a", 1).putInto(table);
        new Claim(5, 10, "a", 2).putInto(table);
        new Claim(5, 12, "a", 3).putInto(table);
        new Claim(12 + GAP, 30, "a", 4).putInto(table);
        assertThat(table.assertions()).hasSize(1);

        new Claim(31 + GAP, 40, "a", 5).putInto(table);
        assertThat(table.assertions()).hasSize(2);
    }

    @Test
    void theLesserNameOfTwoThatStartTogetherHoldsWhereTheGreaterHasEnded() {
        put(0, 10, "a");

        put(0, 15, "A");

        assertThat(table.over(0, 15))
                .containsExactly(new Allocation(0, 10, "a", true), new Allocation(10, 15, "A", true));
    }

    @Test
    void whatAnAssertionMayChangeReachesToTheNextStartAfterItsEnd() {
        put(1, 3, "b");
        put(12, 16, "b");

        assertThat(put(0, 11, "a")).isEqualTo(new Span(0, 12));
        assertThat(table.over(0, 16))
                .containsExactly(
                        new Allocation(0, 1, "a", true),
                        new Allocation(1, 3, "b", true),
                        new Allocation(3, 12, "a", true),
                        new Allocation(12, 16, "b", true));
    }

    @Test
    void aClaimOfAnInstantReachesToTheNextStart() {
        put(14, 20, "b");

        assertThat(put(10, 10, "a")).isEqualTo(new Span(10, 14));
        assertThat(table.over(10, 14)).containsExactly(new Allocation(10, 14, "a", true));
    }

    @Test
    void aFillThatJoinsTwoKeepsOne() {
        new Claim(0, 10, "a", 1).putInto(table);
        new Claim(30, 40, "a", 3).putInto(table);

        new Claim(12, 26, "a", 2).putInto(table);

        assertThat(table.assertions()).hasSize(1);
        assertThat(table.over(0, 40)).containsExactly(new Allocation(0, 40, "a", true));
    }

    @Test
    void assertionsThatAnotherFrameMayComeBetweenAreKeptApart() {
        AllocationTable apart = new AllocationTable(GAP);
        new Claim(0, 10, "a", 1).putInto(apart);
        new Claim(12, 20, "a", 3).putInto(apart);
        AllocationTable senders = new AllocationTable(GAP);
        senders.put(new Start(0, "a", 1, 1), 10);
        senders.put(new Start(12, "a", 2, 2), 20);

        assertThat(apart.assertions()).hasSize(2);
        assertThat(senders.assertions()).hasSize(2);
        new Claim(11, 12, "b", 2).putInto(apart);
        assertThat(apart.over(0, 20))
                .containsExactly(
                        new Allocation(0, 11, "a", true),
                        new Allocation(11, 12, "b", true),
                        new Allocation(12, 20, "a", true));
    }

    @Test
    void assertionsOfOneRunGiveTheSameAnswerInEveryOrder() {
        List<Claim> claims = List.of(
                new Claim(0, 10, "a", 1),
                new Claim(0, 14, "a", 2),
                new Claim(16, 17, "a", 3),
                new Claim(20, 21, "a", 4),
                new Claim(40, 41, "a", 5),
                new Claim(46, 60, "a", 6));
        List<Allocation> expected = List.of(
                new Allocation(0, 21, "a", true), new Allocation(21, 40, "", false), new Allocation(40, 60, "a", true));

        for (List<Claim> order : permutations(claims)) {
            AllocationTable each = tableOf(order);

            assertThat(each.over(0, 60)).as("%s", order).isEqualTo(expected);
            assertThat(each.assertions()).as("%s", order).hasSize(2);
        }
    }

    // ---- how far back an assertion reaches

    @Test
    void anAssertionReachesBackToItsStart() {
        put(0, 10, "a");

        assertThat(reachesBefore(20, new Claim(20, 30, "b", 9))).isFalse();
        assertThat(reachesBefore(21, new Claim(20, 30, "b", 9))).isTrue();
    }

    @Test
    void oneThatExtendsWhatEndedBeforeItReachesBackToThatEnd() {
        put(0, 10, "a");

        assertThat(reachesBefore(10, new Claim(16, 20, "b", 9))).isFalse();
        assertThat(reachesBefore(11, new Claim(16, 20, "b", 9))).isTrue();
        assertThat(reachesBefore(11, new Claim(17, 20, "b", 9)))
                .as("beyond the gap")
                .isFalse();
    }

    @Test
    void oneThatCarriesAClaimOnReachesBackToTheEndOfThat() {
        put(0, 10, "a");

        assertThat(reachesBefore(10, new Claim(12, 20, "a", 2))).isFalse();
        assertThat(reachesBefore(11, new Claim(12, 20, "a", 2))).isTrue();
        assertThat(reachesBefore(100, new Claim(5, 10, "a", 2)))
                .as("no further than it goes already")
                .isFalse();
    }

    @Test
    void oneThatIsKnownReachesNowhere() {
        put(0, 10, "a");

        assertThat(reachesBefore(100, new Claim(0, 10, "a", 1))).isFalse();
    }

    /** Joined, the later frame's time is claimed since the earlier start, and another run may hold it then. */
    @Test
    void oneThatALaterFrameCarriesOnReachesThatFramesTime() {
        table.put(new Start(20, "a", 2, 1), 100);
        new Claim(30, 40, "a", 3).putInto(table);

        assertThat(reachesBefore(30, new Claim(20, 26, "a", 2))).isFalse();
        assertThat(reachesBefore(31, new Claim(20, 26, "a", 2))).isTrue();
        assertThat(reachesBefore(31, new Claim(30, 35, "a", 2)))
                .as("since the same instant")
                .isFalse();
    }

    private boolean reachesBefore(long millis, Claim claim) {
        return table.reachesBefore(millis, new Start(claim.since(), claim.run(), 1, claim.sequence()), claim.until());
    }

    // ---- what may be put away

    @Test
    void claimsThatEndedBeforeTheGapMayBePutAwayAndTheFurthestStays() {
        put(0, 10, "a");
        put(20, 30, "b");
        put(40, 50, "c");

        assertThat(table.putAway(10 + GAP)).isEmpty();
        assertThat(runs(table.putAway(10 + GAP + 1))).containsExactly("a");
        assertThat(runs(table.putAway(1_000))).containsExactly("b");
        assertThat(runs(table.assertions())).containsExactly("c");
        assertThat(new AllocationTable(GAP).putAway(1_000)).isEmpty();
    }

    @Test
    void ofClaimsThatEndTogetherTheOneThatStartedLastReachesFurthest() {
        put(0, 10, "b");
        put(5, 10, "a");
        assertThat(runs(table.copy().putAway(1_000))).containsExactly("b");

        put(14, 20, "c");

        assertThat(table.over(10, 14)).containsExactly(new Allocation(10, 14, "a", true));
    }

    @Test
    void nothingWasHeardOfAnEntityOrUpToTheLatestEnd() {
        assertThat(table.heardUntilMillis()).isEqualTo(Long.MIN_VALUE);

        put(0, 100, "a");
        put(20, 30, "b");

        assertThat(table.heardUntilMillis()).isEqualTo(100);
        assertThat(table.isClaimedSince(20, "b")).isTrue();
        assertThat(table.isClaimedSince(20, "a")).isFalse();
        assertThat(table.isClaimedSince(21, "b")).isFalse();
    }

    @Test
    void onlyWhatSomebodySaidIsKnown() {
        assertThat(table.knownOver(new Span(0, 100))).isEmpty();

        put(10, 20, "a");
        put(20, 30, "");

        assertThat(table.knownOver(new Span(0, 100)))
                .containsExactly(new Allocation(10, 20, "a", true), new Allocation(20, 30, "", true));
    }

    private static List<String> runs(NavigableMap<Start, AllocationTable.Extent> claims) {
        return claims.keySet().stream().map(Start::run).toList();
    }

    /** Frames of one owner assert one run after another; a run's later frames assert it from its start again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void runsOneAfterAnotherGiveTheAnswerOfTheSingleClaimsInEveryOrder(long seed) {
        Random random = new Random(seed);
        List<Claim> claims = new ArrayList<>();
        long at = 0;
        for (int run = 0; run < 3; run++) {
            long since = at;
            for (int frame = 0; frame < 2; frame++) {
                long first = random.nextBoolean() ? since : at;
                at += 1 + random.nextInt(10);
                claims.add(new Claim(first, at, "run-" + random.nextInt(2), claims.size() + 1));
                at += random.nextInt(10);
            }
        }
        claims.removeIf(claim -> claims.stream()
                .anyMatch(other -> other.since() < claim.since()
                        && other.until() > claim.since()
                        && !other.run().equals(claim.run())));
        claims.removeIf(claim -> claims.stream()
                .anyMatch(
                        other -> other.since() == claim.since() && !other.run().equals(claim.run())));
        for (List<Claim> order : permutations(claims)) {
            assertThat(tableOf(order).over(0, at))
                    .as("seed %d, %s", seed, order)
                    .isEqualTo(answers(joined(claims), at));
        }
    }

    /** The ledger moves only what lies in the span, so nothing outside it may change. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nothingChangesOutsideTheSpanThatPutGives(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Claim> claims = new ArrayList<>();
            for (long at = 0; claims.size() < 6; ) {
                long until = at + 1 + random.nextInt(12);
                claims.add(new Claim(at, until, "run-" + random.nextInt(3), claims.size() + 1));
                at = until + random.nextInt(12);
            }
            Collections.shuffle(claims, random);

            assertChangesLieInTheirSpans(seed, claims);
        }
    }

    /** Claims that overlap as they like, of frames none of which is another's neighbour. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void claimsThatOverlapChangeNothingOutsideTheSpanThatPutGives(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            assertChangesLieInTheirSpans(seed, overlapping(random, 2));
        }
    }

    /** Joining may give time that a frame claimed since its own start to another run; that lies in the span too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void claimsOfNeighbouringFramesThatOverlapChangeNothingOutsideTheSpanThatPutGives(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Claim> claims = random.nextBoolean() ? overlapping(random, 1) : following(random);
            Collections.shuffle(claims, random);

            assertChangesLieInTheirSpans(seed, claims);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void claimsThatOverlapGiveTheAnswerOfTheSingleClaimsInEveryOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS / 4; round++) {
            List<Claim> claims = overlapping(random, 2);
            List<Allocation> expected = answers(claims, 90);
            for (int shuffle = 0; shuffle < 10; shuffle++) {
                Collections.shuffle(claims, random);

                AllocationTable each = tableOf(claims);

                assertThat(each.over(0, 90)).as("seed %d: %s", seed, claims).isEqualTo(expected);
                for (long at = 0; at < 90; at++) {
                    assertThat(each.over(at, at + 1))
                            .as("seed %d: %s at %d", seed, claims, at)
                            .containsExactly(answer(claims, at));
                }
            }
        }
    }

    /** As above, with frames that follow one another: also the claims and what is contested are those of any order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void claimsOfNeighbouringFramesThatOverlapGiveTheSameInEveryOrder(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS / 10; round++) {
            List<Claim> claims = random.nextBoolean() ? overlapping(random, 1) : following(random);
            List<Claim> joined = joined(claims);
            AllocationTable any = tableOf(claims);
            for (List<Claim> order : permutations(claims.subList(0, 5))) {
                List<Claim> all = new ArrayList<>(order);
                all.add(random.nextInt(6), claims.get(5));

                AllocationTable each = tableOf(all);

                assertThat(each.over(0, 90)).as("seed %d: %s", seed, all).isEqualTo(answers(joined, 90));
                assertThat(each.assertions()).as("seed %d: %s", seed, all).isEqualTo(any.assertions());
                for (long at = 0; at < 90; at++) {
                    assertThat(each.isContested(at, at + 1))
                            .as("seed %d: %s at %d", seed, all, at)
                            .isEqualTo(runsAt(joined, at) > 1);
                }
            }
        }
    }

    private static long runsAt(List<Claim> claims, long at) {
        return claims.stream()
                .filter(claim -> claim.since() <= at && at < claim.until())
                .map(Claim::run)
                .distinct()
                .count();
    }

    /** What one sender asserts of one run in frame after frame, by its words alone: frames in order of their numbers. */
    private static List<Claim> joined(List<Claim> frames) {
        List<Claim> bySequence = new ArrayList<>(frames);
        bySequence.sort(Comparator.comparingLong(Claim::sequence));
        List<Claim> joined = new ArrayList<>();
        Claim last = null;
        for (Claim frame : bySequence) {
            boolean joins = last != null
                    && last.run().equals(frame.run())
                    && last.sequence() + 1 == frame.sequence()
                    && last.since() <= frame.since()
                    && last.until() <= frame.until()
                    && frame.since() - last.until() <= GAP;
            if (joins) {
                Claim before = joined.remove(joined.size() - 1);
                joined.add(new Claim(before.since(), frame.until(), frame.run(), before.sequence()));
            } else {
                joined.add(frame);
            }
            last = frame;
        }
        return joined;
    }

    /** Frames that mostly go forward, of two runs that claim from their start or from the frame's; the last is a late word. */
    private static List<Claim> following(Random random) {
        List<Claim> claims = new ArrayList<>();
        long at = 10;
        long since = at;
        int run = 0;
        for (int i = 1; i <= 5; i++) {
            if (random.nextInt(3) == 0) {
                run = 1 - run;
                since = at - random.nextInt(8);
            }
            long until = at + 1 + random.nextInt(8);
            claims.add(new Claim(random.nextBoolean() ? since : at, until, "run-" + run, i));
            at = until + random.nextInt(8);
        }
        long late = random.nextInt((int) at);
        claims.add(new Claim(late, late + 1 + random.nextInt(30), "run-" + random.nextInt(3), 6 + random.nextInt(2)));
        return claims;
    }

    private static List<Claim> overlapping(Random random, int framesApart) {
        List<Claim> claims = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            long since = random.nextInt(60);
            long until = since + 1 + random.nextInt(15);
            claims.add(new Claim(since, until, "run-" + random.nextInt(3), (long) i * framesApart));
        }
        return claims;
    }

    private static void assertChangesLieInTheirSpans(long seed, List<Claim> claims) {
        AllocationTable now = new AllocationTable(GAP);
        for (Claim claim : claims) {
            AllocationTable then = now.copy();

            Span changed = claim.putInto(now);

            for (long at = -5; at < 150; at++) {
                boolean inside = changed != null && changed.overlaps(at, at + 1);
                String found = now.over(at, at + 1).get(0).run();
                String before = then.over(at, at + 1).get(0).run();
                boolean same = found.equals(before) && now.isContested(at, at + 1) == then.isContested(at, at + 1);
                assertThat(inside || same)
                        .as("seed %d: %s into %s changes %d", seed, claim, then.assertions(), at)
                        .isTrue();
            }
        }
    }

    private Span put(long since, long until, String run) {
        frames++;
        return new Claim(since, until, run, frames).putInto(table);
    }

    private static AllocationTable tableOf(List<Claim> claims) {
        AllocationTable table = new AllocationTable(GAP);
        claims.forEach(claim -> claim.putInto(table));
        return table;
    }

    /** The rule itself, instant by instant, on claims that nobody joined. */
    private static List<Allocation> answers(List<Claim> claims, long end) {
        List<Allocation> answers = new ArrayList<>();
        for (long at = 0; at < end; at++) {
            Allocation answer = answer(claims, at);
            int last = answers.size() - 1;
            if (last >= 0
                    && answers.get(last).run().equals(answer.run())
                    && answers.get(last).known() == answer.known()) {
                answers.set(last, new Allocation(answers.get(last).fromMillis(), at + 1, answer.run(), answer.known()));
            } else {
                answers.add(answer);
            }
        }
        return answers;
    }

    private static Allocation answer(List<Claim> claims, long at) {
        Claim covering = null;
        Claim previous = null;
        Claim next = null;
        for (Claim claim : claims) {
            if (claim.since() > at) {
                next = next == null || claim.since() < next.since() ? claim : next;
                continue;
            }
            if (claim.until() > at && (covering == null || startsAfter(claim, covering))) {
                covering = claim;
            }
            boolean further = previous == null
                    || claim.until() > previous.until()
                    || claim.until() == previous.until() && startsAfter(claim, previous);
            previous = further ? claim : previous;
        }
        if (covering != null) {
            return new Allocation(at, at + 1, covering.run(), true);
        }
        boolean extended = previous != null && next != null && next.since() - previous.until() <= GAP;
        return new Allocation(at, at + 1, extended ? previous.run() : "", extended);
    }

    private static boolean startsAfter(Claim claim, Claim other) {
        boolean together = claim.since() == other.since();
        return together ? claim.run().compareTo(other.run()) > 0 : claim.since() > other.since();
    }

    private static <T> List<List<T>> permutations(List<T> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            List<T> rest = new ArrayList<>(items);
            T first = rest.remove(i);
            for (List<T> tail : permutations(rest)) {
                List<T> one = new ArrayList<>(List.of(first));
                one.addAll(tail);
                all.add(one);
            }
        }
        return all;
    }
}
