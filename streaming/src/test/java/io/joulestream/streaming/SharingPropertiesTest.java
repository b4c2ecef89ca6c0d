package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.GroupHourBook;
import io.joulestream.core.account.GroupHourCodec;
import io.joulestream.core.account.GroupReport;
import io.joulestream.core.account.RunHourBook;
import io.joulestream.core.account.RunReport;
import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.OwnerFrame;
import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import io.joulestream.core.energy.OwnerLedger;
import io.joulestream.core.energy.Reading;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.FrameKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A PDU feeds a node that meters itself and one that does not; two runs come and go on their GPUs. Frames of three owners go
 * through accounts of owners, groups and runs, as in the job.
 */
class SharingPropertiesTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final long HOUR = START / 3_600_000;
    private static final String SITE = """
            tenant: t
            site: s
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            itBoundary: PDU_OUT
            entities:
              - { id: pdu, kind: PDU, role: PDU_OUT, nameplateW: 9000, channels: [ { metric: meter.energy.active, samplePeriod: PT10S, resolutionJ: 0.001 } ] }
              - { id: bare, kind: NODE, role: NODE_IN, parent: pdu }
              - { id: "bare/gpu[0-1]", kind: GPU, role: GPU, parent: bare, nameplateW: 700, channels: [ { metric: gpu.power, samplePeriod: PT10S } ] }
              - { id: own, kind: NODE, role: NODE_IN, nameplateW: 2000, channels: [ { metric: node.power, samplePeriod: PT10S } ] }
              - { id: own/gpu0, kind: GPU, role: GPU, parent: own, nameplateW: 700, channels: [ { metric: gpu.power, samplePeriod: PT10S } ] }
              - { id: loose, kind: GPU, role: GPU, nameplateW: 700, channels: [ { metric: gpu.power, samplePeriod: PT10S } ] }
            """;
    private static final SiteRules RULES = new SiteRules(InventoryHistory.of(
            List.of(new InventoryVersion(1, SiteInventoryParser.parse(SITE).orElseThrow()))));

    /** One owner's frame. */
    private record Sent(String owner, OwnerFrame frame) {}

    /** Rows of runs, and the energy of the meters that head groups. */
    private record Outcome(Map<String, Object> rows, long shared, long metered) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void rowsAndRevisionsDoNotDependOnWhenTheyAreGivenOut(long seed) {
        Random random = new Random(seed);
        List<Sent> frames = frames(random);
        Outcome once = outcome(frames, frames.size(), true, random);

        assertThat(once.rows()).isNotEmpty();
        for (int every = 1; every < 6; every++) {
            assertThat(outcome(frames, every, true, random).rows())
                    .as("seed %d, every %d", seed, every)
                    .isEqualTo(once.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void rowsDoNotDependOnTheOrderOfWholeFrames(long seed) {
        Random random = new Random(seed);
        List<Sent> frames = frames(random);
        Outcome ordered = outcome(frames, 3, false, random);

        for (int i = 0; i < 10; i++) {
            List<Sent> shuffled = new ArrayList<>(frames);
            Collections.shuffle(shuffled, random);
            Outcome outcome = outcome(shuffled, 1 + random.nextInt(4), false, random);

            assertThat(outcome.rows()).as("seed %d, order %d", seed, i).isEqualTo(ordered.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void runsAndWhatNobodyHoldsAddUpToTheGroups(long seed) {
        Random random = new Random(seed);
        List<Sent> frames = frames(random);
        Collections.shuffle(frames, random);

        Outcome outcome = outcome(frames, 2, false, random);

        assertThat(outcome.shared())
                .as("seed %d", seed)
                .isEqualTo(outcome.metered())
                .isPositive();
    }

    private static Outcome outcome(List<Sent> frames, int publishEvery, boolean withRevisions, Random random) {
        Map<String, OwnerAccount> owners = new HashMap<>();
        Map<String, GroupHourBook> groups = new TreeMap<>();
        Map<String, RunHourBook> runs = new TreeMap<>();
        Map<String, Object> rows = new TreeMap<>();
        long[] shared = {0};
        long[] metered = {0};
        for (int i = 0; i < frames.size(); i++) {
            Sent sent = frames.get(i);
            owners.computeIfAbsent(
                            sent.owner(),
                            owner -> new OwnerAccount(new FrameKey("t", "s", owner), 0, new OwnerLedger()))
                    .enter(new Admission(null, RULES, sent.frame(), List.of(), List.of()), i, START);
            if ((i + 1) % publishEvery == 0 || i + 1 == frames.size()) {
                List<GroupReport> reports = new ArrayList<>();
                List<RunReport> ofRuns = new ArrayList<>();
                owners.values()
                        .forEach(owner -> owner.publish(row -> {}, site -> {}, ofRuns::add, meter -> {}, reports::add));
                Collections.shuffle(reports, random);
                for (GroupReport report : reports) {
                    groups.computeIfAbsent(report.group(), group -> new GroupHourBook(HOUR))
                            .add(report);
                    metered[0] += report.amounts().stream()
                            .filter(amount -> !amount.gpu())
                            .mapToLong(amount -> amount.energy().totalMicrojoules())
                            .sum();
                }
                groups.forEach((group, book) -> {
                    GroupHourBook.Differences differences = book.publish(group);
                    GroupReport any = new GroupReport("t", "s", group, 0, 3_600, List.of(), List.of(), List.of());
                    differences.runs().forEach((run, shares) -> {
                        ofRuns.add(RunReport.ofShares(any, run, shares));
                        shared[0] += shares.stream()
                                .mapToLong(share -> share.energy().totalMicrojoules())
                                .sum();
                    });
                    shared[0] += differences.unallocated().stream()
                            .mapToLong(rest -> rest.energy().totalMicrojoules())
                            .sum();
                });
                groups.replaceAll((group, book) -> GroupHourCodec.decode(HOUR, GroupHourCodec.encode(book)));
                for (RunReport report : ofRuns) {
                    RunHourBook book = runs.computeIfAbsent(report.run(), run -> new RunHourBook());
                    report.differences().forEach(difference -> book.add(difference, 3_600));
                }
                runs.forEach((run, book) ->
                        book.publish("t", "s", run, 0, 3_600).steps().forEach(row -> keep(rows, row, withRevisions)));
            }
        }
        return new Outcome(rows, shared[0], metered[0]);
    }

    /** A row that says nothing is as good as none: a run that was taken for present in passing leaves one. */
    private static void keep(Map<String, Object> rows, RunStep row, boolean withRevision) {
        String key = row.run() + " " + row.start() + " " + row.lengthSeconds();
        boolean saysNothing = row.energy().totalMicrojoules() == 0 && row.accountedMillis() == 0 && row.flags() == 0;
        if (withRevision || !saysNothing) {
            rows.put(
                    key,
                    List.of(
                            row.energy(),
                            row.coveredMillis(),
                            row.accountedMillis(),
                            row.flags(),
                            withRevision ? row.revision() : 0));
        } else {
            rows.remove(key);
        }
    }

    /** Three minutes in frames of 20 s; run a holds some devices from the start, run b takes over at some instant. */
    private static List<Sent> frames(Random random) {
        List<Sent> frames = new ArrayList<>();
        long register = 1_000;
        Map<String, Long> switched = new TreeMap<>();
        for (String device : List.of("bare", "bare/gpu0", "bare/gpu1", "own", "own/gpu0", "loose")) {
            switched.put(device, START + random.nextInt(180_000));
        }
        if (random.nextBoolean()) {
            switched.put("own/gpu0", switched.get("own"));
        }
        for (int number = 1; number <= 9; number++) {
            List<ChannelReading> pdu = new ArrayList<>();
            for (int second = (number - 1) * 20; second < number * 20; second += 10) {
                register += 10 * (500_000 + random.nextInt(900_000));
                pdu.add(reading("pdu", Metric.METER_ENERGY_ACTIVE, second, register, number));
            }
            frames.add(new Sent("pdu", new OwnerFrame(1, number, pdu, List.of())));
            for (List<String> owner :
                    List.of(List.of("bare", "bare/gpu0", "bare/gpu1"), List.of("own", "own/gpu0"), List.of("loose"))) {
                frames.add(new Sent(owner.get(0), nodeFrame(owner, number, switched, random)));
            }
        }
        return frames;
    }

    private static OwnerFrame nodeFrame(List<String> devices, int number, Map<String, Long> switched, Random random) {
        List<ChannelReading> readings = new ArrayList<>();
        List<Assertion> assertions = new ArrayList<>();
        long from = START + (number - 1) * 20_000L;
        long until = from + 20_000;
        for (String device : devices) {
            boolean gpu = device.contains("gpu") || device.equals("loose");
            for (int second = (number - 1) * 20; second < number * 20; second += 10) {
                if (gpu || device.equals("own")) {
                    Metric metric = gpu ? Metric.GPU_POWER : Metric.NODE_POWER;
                    readings.add(reading(device, metric, second, 100_000 + random.nextInt(500_000), number));
                }
            }
            long edge = switched.get(device);
            if (edge > from) {
                assertions.add(new Assertion(device, START, Math.min(edge, until), "a"));
            }
            if (edge < until) {
                assertions.add(new Assertion(device, edge, until, "b"));
            }
        }
        return new OwnerFrame(1, number, readings, assertions);
    }

    private static ChannelReading reading(String entity, Metric metric, long second, long value, long sequence) {
        return new ChannelReading(
                new ChannelId(entity, metric.number()),
                0,
                new Reading(START + second * 1_000, value, 0, false, 1, 1, sequence, 0));
    }
}
