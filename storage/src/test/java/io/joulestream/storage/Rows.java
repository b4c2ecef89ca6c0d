package io.joulestream.storage;

import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunMeterStep;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import io.joulestream.core.ledger.VolumeBuckets;
import java.time.Instant;

/** Rows for tests: every column has a value of its own, the pair is (1, revision). */
final class Rows {
    static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");
    static final int POWER = 7;
    private static final int WATER = 50;

    private Rows() {}

    static ChannelMinute channelMinute(String tenant, String entity, Instant minute, long energy, long revision) {
        return channelMinute(tenant, entity, minute, energy, 1, revision);
    }

    static ChannelMinute channelMinute(
            String tenant, String entity, Instant minute, long energy, int generation, long revision) {
        int flags = LedgerFlag.BRIDGED.mask();
        EnergyBuckets buckets = new EnergyBuckets(energy, 2, -3);
        return new ChannelMinute(
                tenant,
                "fra1",
                entity,
                POWER,
                minute,
                buckets,
                900_000,
                -5,
                77,
                59_000,
                60_000,
                6,
                flags,
                generation,
                revision);
    }

    static SiteStep siteStep(String tenant, String site, String role, Instant start, int seconds, long energy) {
        EnergyBuckets buckets = new EnergyBuckets(energy, 20, 30);
        return new SiteStep(tenant, site, role, start, seconds, buckets, 5_000_000_000L, 6_000_000_000L, 1, 1, 1);
    }

    static SitePart sitePart(String tenant, String site, String part, Instant start, long energy, long revision) {
        EnergyBuckets buckets = new EnergyBuckets(energy, 20, 30);
        return new SitePart(tenant, site, part, start, 3_600, buckets, 5_000_000_000L, 6_000_000_000L, 1, revision);
    }

    static RunStep runStep(String tenant, String site, String run, Instant start, int seconds, long energy) {
        EnergyBuckets buckets = new EnergyBuckets(energy, 20, 30);
        return new RunStep(tenant, site, run, start, seconds, buckets, 100, 200, 1_000, 4, 1, 1);
    }

    static RunMeterStep runMeterStep(
            String tenant, String run, String entity, boolean check, Instant start, long energy) {
        EnergyBuckets buckets = new EnergyBuckets(energy, 20, 30);
        return new RunMeterStep(tenant, "fra1", run, entity, POWER, check, start, 3_600, buckets, 100, 200, 1, 1);
    }

    static RunExtent runExtent(String tenant, String site, String run, Instant start, Instant end, long revision) {
        return new RunExtent(tenant, site, run, start, end, 1, revision);
    }

    static TrainingStep trainingStep(String tenant, String run, int attempt, long step, long tokens, long revision) {
        return new TrainingStep(
                tenant,
                "fra1",
                run,
                attempt,
                step,
                step - 1,
                NOON,
                NOON.plusSeconds(9),
                tokens,
                tokens / 2,
                tokens / 8,
                55,
                1,
                revision);
    }

    static RunPhase runPhase(String tenant, String run, int attempt, JobPhase phase, int second, long revision) {
        Instant end = NOON.plusSeconds(second);
        return new RunPhase(tenant, "fra1", run, attempt, phase, end.minusSeconds(9), end, 1, revision);
    }

    static RunCheckpoint runCheckpoint(String tenant, String run, int attempt, long step, int second, long revision) {
        return new RunCheckpoint(tenant, "fra1", run, attempt, step, NOON.plusSeconds(second), 1, revision);
    }

    static DemandInterval demandInterval(String tenant, String feed, Instant start, long energy, long revision) {
        EnergyBuckets buckets = new EnergyBuckets(energy, 20, 30);
        return new DemandInterval(
                tenant,
                "fra1",
                feed,
                false,
                start,
                DemandInterval.LENGTH_SECONDS,
                buckets,
                800_000,
                900_000,
                1,
                1,
                revision);
    }

    static QuantityStep quantityStep(String tenant, String meter, Instant start, long millilitres, long revision) {
        VolumeBuckets volume = new VolumeBuckets(millilitres, 20, 30);
        return new QuantityStep(
                tenant, "fra1", meter, WATER, "POTABLE", false, start, 3_600, volume, 3_500_000, 3_600_000, 1, 1,
                revision);
    }

    static DeadLetter deadLetter(String tenant, String code, long offset) {
        return new DeadLetter(
                "frames",
                3,
                offset,
                tenant,
                "fra1",
                "node-1",
                POWER,
                2,
                code,
                "found that",
                NOON.plusSeconds(offset),
                new byte[] {1, 0, -1});
    }
}
