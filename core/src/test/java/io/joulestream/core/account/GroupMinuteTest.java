package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.joulestream.core.account.GroupMinute.Share;
import io.joulestream.core.energy.Amount;
import io.joulestream.core.ledger.EnergyBuckets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupMinuteTest {
    private static final int WHOLE = 60_000;
    private static final GroupShape NODE_OF_TWO_GPUS = new GroupShape(20, 2, 1, true);
    private static final GroupShape PDU_OF_TWO_GPUS = new GroupShape(31, 2, 2, false);
    private static final GroupShape PDU_WITHOUT_GPUS = new GroupShape(31, 0, 3, false);

    private final GroupMinute minute = new GroupMinute();

    @BeforeEach
    void aPdu() {
        minute.shape = PDU_OF_TWO_GPUS;
    }

    /** W27: 10.0 kWh of which 4.2 and 3.1 are the jobs' and 2.7 nobody's. */
    @Test
    void theJobsAndTheIdleRestAddUpToTheMeter() {
        minute.shape = new GroupShape(20, 10, 1, true);
        minute.add(false, "", measured(kwh("10.0")));
        minute.add(true, "a", gpus(kwh("3.0"), 4));
        minute.add(true, "b", gpus(kwh("2.2"), 3));
        minute.add(true, "", gpus(kwh("1.8"), 3));
        minute.hold(true, "a", 0, WHOLE, 4);
        minute.hold(true, "b", 0, WHOLE, 3);
        minute.hold(true, "", 0, WHOLE, 3);

        assertThat(energies()).containsExactly(entry("", kwh("2.7")), entry("a", kwh("4.2")), entry("b", kwh("3.1")));
    }

    @Test
    void gpusBearTheirOwnAndTheRestGoesByGpuTime() {
        minute.add(false, "", measured(1_000));
        minute.add(true, "a", gpus(500, 1));
        minute.add(true, "b", gpus(200, 1));
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(true, "b", 0, 20_000, 1);

        assertThat(energies()).containsExactly(entry("", 100L), entry("a", 650L), entry("b", 250L));
        assertThat(minute.shares().values()).noneMatch(Share::byTime);
    }

    @Test
    void aNegativeRestIsSharedByFloorsAndTheLastGetsTheRemainder() {
        minute.shape = new GroupShape(31, 3, 3, false);
        minute.add(false, "", measured(100));
        minute.add(true, "a", gpus(40, 1));
        minute.add(true, "b", gpus(40, 1));
        minute.add(true, "c", gpus(30, 1));
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(true, "b", 0, WHOLE, 1);
        minute.hold(true, "c", 0, WHOLE, 1);

        assertThat(energies())
                .as("-10 in three: -4, -3, -3")
                .containsExactly(entry("", 0L), entry("a", 36L), entry("b", 37L), entry("c", 27L));
    }

    @Test
    void whenAGpuMissesAPartOfTheMinuteTheMeterIsSharedWholeByTime() {
        minute.add(false, "", measured(1_000));
        minute.add(true, "a", gpus(500, 1));
        minute.add(true, "b", new Amount(new EnergyBuckets(200, 0, 0), 59_999, 59_999));
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(true, "b", 0, 30_000, 1);

        assertThat(energies()).containsExactly(entry("", 250L), entry("a", 500L), entry("b", 250L));
        assertThat(minute.shares().get("a").byTime()).isTrue();
    }

    @Test
    void whenTheMeterMissesAPartOfTheMinuteWhatItSawIsSharedWholeByTime() {
        minute.add(false, "", new Amount(new EnergyBuckets(600, 0, 0), 30_000, 30_000));
        minute.add(true, "a", gpus(500, 2));
        minute.hold(true, "a", 0, WHOLE, 2);

        assertThat(energies()).as("GPU energy is not added").containsExactly(entry("", 0L), entry("a", 600L));
        assertThat(minute.shares().get("a"))
                .isEqualTo(new Share(new Amount(new EnergyBuckets(600, 0, 0), 30_000, 30_000), true));
    }

    @Test
    void withoutGpusTheMeterIsSharedByNodeTime() {
        minute.shape = PDU_WITHOUT_GPUS;
        minute.add(false, "", measured(900));
        minute.hold(false, "a", 0, WHOLE, 1);
        minute.hold(false, "b", 0, 30_000, 1);

        assertThat(energies()).containsExactly(entry("", 450L), entry("a", 300L), entry("b", 150L));
        assertThat(minute.shares().values()).allMatch(Share::byTime);
    }

    @Test
    void whereOnlyNodesAreSaidToBeHeldTheMeterIsSharedByNodeTimeThoughThereAreGpus() {
        minute.add(false, "", measured(1_000));
        minute.hold(false, "a", 0, WHOLE, 1);

        assertThat(energies()).containsExactly(entry("", 500L), entry("a", 500L));
    }

    @Test
    void aNodeWhoseGpusAreHeldAsItIsKeepsTheExactCutAtTheEdge() {
        minute.shape = NODE_OF_TWO_GPUS;
        minute.add(false, "", new Amount(new EnergyBuckets(7, 0, 0), 20_001, 20_001));
        minute.add(false, "a", new Amount(new EnergyBuckets(993, 0, 0), 39_999, 39_999));
        minute.add(true, "a", new Amount(new EnergyBuckets(500, 0, 0), 2 * 39_999, 2 * 39_999));
        minute.add(true, "", new Amount(new EnergyBuckets(50, 0, 0), 2 * 20_001, 2 * 20_001));
        minute.hold(false, "a", 20_001, WHOLE, 1);
        minute.hold(true, "a", 20_001, WHOLE, 2);

        assertThat(minute.shares())
                .containsExactly(
                        entry("", new Share(new Amount(new EnergyBuckets(7, 0, 0), 20_001, 20_001), false)),
                        entry("a", new Share(new Amount(new EnergyBuckets(993, 0, 0), 39_999, 39_999), false)));
    }

    @Test
    void runsThatHoldTheGpusInAnotherOrderThanTheNodeAreNotCutAsTheNodeIs() {
        minute.shape = NODE_OF_TWO_GPUS;
        minute.add(false, "a", measured(0));
        minute.add(false, "b", measured(1_000));
        minute.hold(false, "a", 0, 30_000, 1);
        minute.hold(false, "b", 30_000, WHOLE, 1);
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(true, "b", 0, WHOLE, 1);

        assertThat(energies())
                .as("each has one GPU all the time, though the sums over the minute are those of the node")
                .containsExactly(entry("", 0L), entry("a", 500L), entry("b", 500L));
    }

    @Test
    void aGpuThatNobodySpeaksOfIsHeldAsItsNodeIs() {
        minute.shape = NODE_OF_TWO_GPUS;
        minute.add(false, "a", measured(1_000));
        minute.hold(false, "a", 0, WHOLE, 1);
        minute.hold(true, "a", 0, WHOLE, 1);

        assertThat(energies()).containsExactly(entry("", 0L), entry("a", 1_000L));
    }

    @Test
    void aGpuThatIsSaidToBeFreeIsNobodys() {
        minute.shape = NODE_OF_TWO_GPUS;
        minute.add(false, "a", measured(1_000));
        minute.hold(false, "a", 0, WHOLE, 1);
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(true, "", 0, WHOLE, 1);

        assertThat(energies()).containsExactly(entry("", 500L), entry("a", 500L));
    }

    @Test
    void aWithdrawnRunStaysWithNothing() {
        minute.add(false, "", measured(1_000));
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(true, "a", 0, WHOLE, -1);

        assertThat(energies()).containsExactly(entry("", 1_000L), entry("a", 0L));
    }

    @Test
    void aRunIsCoveredForTheTimeInWhichItHeldSomething() {
        minute.add(false, "", measured(1_000));
        minute.hold(true, "a", 0, 30_000, 1);
        minute.hold(true, "b", 20_000, WHOLE, 1);

        assertThat(minute.shares().get("a").amount().coveredMillis()).isEqualTo(30_000);
        assertThat(minute.shares().get("b").amount().coveredMillis()).isEqualTo(40_000);
        assertThat(minute.shares().get("").amount().coveredMillis()).isZero();
    }

    @Test
    void gpusThatARunTakesOrChangesAtOneInstantAddUp() {
        minute.add(false, "", measured(1_000));
        minute.hold(true, "a", 0, 30_000, 1);
        minute.hold(true, "a", 0, 30_000, 1);
        minute.hold(true, "a", 30_000, WHOLE, 1);

        assertThat(energies()).containsExactly(entry("", 250L), entry("a", 750L));
    }

    @Test
    void aCopyKnowsTheSameAndGoesItsOwnWay() {
        minute.add(false, "", measured(1_000));
        minute.add(true, "a", gpus(300, 1));
        minute.hold(true, "a", 0, WHOLE, 1);
        minute.hold(false, "b", 0, WHOLE, 1);
        minute.late = true;
        minute.changes = 7;
        GroupMinute copy = minute.copy();
        assertThat(copy.knowsTheSame(minute)).isTrue();
        assertThat(copy.shares()).isEqualTo(minute.shares());

        minute.hold(true, "a", 0, 30_000, 1);

        assertThat(copy.knowsTheSame(minute)).isFalse();
        assertThat(copy.shares()).isNotEqualTo(minute.shares());
    }

    @Test
    void aGreatHallsMinutePassesALongOnTheWayOnly() {
        minute.shape = new GroupShape(31, 4_000, 500, false);
        long megawatts = 4_000_000_000_000L * 60;
        minute.add(false, "", measured(megawatts + 1));
        minute.hold(true, "a", 0, WHOLE, 2_000);
        minute.hold(true, "b", 0, WHOLE, 2_000);

        assertThat(energies()).containsExactly(entry("", 0L), entry("a", megawatts / 2), entry("b", megawatts / 2 + 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void sharesAlwaysAddUpToTheMeterInEachBucket(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            GroupMinute any = any(random);

            EnergyBuckets sum = any.shares().values().stream()
                    .map(share -> share.amount().energy())
                    .reduce(EnergyBuckets.NONE, EnergyBuckets::plus);

            assertThat(sum)
                    .as("seed %d, case %d", seed, i)
                    .isEqualTo(any.total().energy());
        }
    }

    private static GroupMinute any(Random random) {
        GroupMinute minute = new GroupMinute();
        boolean own = random.nextBoolean();
        int gpus = random.nextInt(5);
        minute.shape = new GroupShape(20, gpus, own ? 1 : 1 + random.nextInt(3), own);
        boolean whole = random.nextBoolean();
        int cuts = 1 + random.nextInt(3);
        for (int cut = 0; cut < cuts; cut++) {
            minute.add(
                    false,
                    run(random),
                    new Amount(buckets(random), 0, whole ? (cut == 0 ? WHOLE : 0) : random.nextInt(9_000)));
            minute.add(
                    true,
                    run(random),
                    new Amount(
                            buckets(random), 0, whole ? (cut == 0 ? (long) gpus * WHOLE : 0) : random.nextInt(9_000)));
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            int from = random.nextInt(WHOLE);
            int devices = random.nextBoolean() ? 1 : 1 + random.nextInt(3);
            minute.hold(random.nextBoolean(), run(random), from, from + 1 + random.nextInt(WHOLE - from), devices);
        }
        return minute;
    }

    private static String run(Random random) {
        return random.nextInt(3) == 0 ? "" : "run-" + random.nextInt(4);
    }

    private static EnergyBuckets buckets(Random random) {
        return new EnergyBuckets(
                random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L),
                random.nextInt(-50, 1_000),
                random.nextInt(-50, 1_000));
    }

    private Map<String, Long> energies() {
        Map<String, Long> energies = new TreeMap<>();
        minute.shares()
                .forEach((run, share) ->
                        energies.put(run, share.amount().energy().totalMicrojoules()));
        return energies;
    }

    private static Amount measured(long microjoules) {
        return gpus(microjoules, 1);
    }

    private static Amount gpus(long microjoules, int count) {
        return new Amount(new EnergyBuckets(microjoules, 0, 0), (long) count * WHOLE, (long) count * WHOLE);
    }

    private static long kwh(String kwh) {
        return new java.math.BigDecimal(kwh)
                .movePointRight(6)
                .multiply(java.math.BigDecimal.valueOf(3_600_000))
                .longValueExact();
    }
}
