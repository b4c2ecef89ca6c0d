package io.joulestream.api;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.JobPhase;
import io.joulestream.core.ledger.VolumeBuckets;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.storage.Database;
import java.time.Duration;
import java.time.Instant;

/** The sites and runs that most tests read. */
final class Sites {
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration HOUR = Duration.ofHours(1);

    /** Berlin's March 2026, in which the clocks go forward: 743 hours. */
    static final Instant MARCH = Instant.parse("2026-02-28T23:00:00Z");

    static final Instant APRIL = Instant.parse("2026-03-31T22:00:00Z");
    static final Instant NOON = Instant.parse("2026-04-01T12:00:00Z");
    static final Instant RUN = Instant.parse("2026-03-10T10:00:00Z");

    private Sites() {}

    /** A facility of 125 kW with 100 kW of IT, metered at the PDUs, since March; minutes of its last hour. */
    static void berlin(Database database) {
        berlin(database, berlinYaml());
    }

    private static void berlin(Database database, String yaml) {
        database.sites().put(Ledger.TENANT, "berlin", Instant.parse("2026-01-01T00:00:00Z"), yaml);
        Ledger.fill(database, ledger -> {
            ledger.role("berlin", "GRID_IMPORT", MARCH, NOON, HOUR, 125_000, 200_000);
            ledger.role("berlin", "PDU_OUT", MARCH, NOON, HOUR, 100_000, 150_000);
            ledger.role("berlin", "GRID_IMPORT", NOON.minus(HOUR), NOON, MINUTE, 125_000, 200_000);
            ledger.role("berlin", "PDU_OUT", NOON.minus(HOUR), NOON, MINUTE, 100_000, 150_000);
        });
    }

    static String berlinYaml() {
        return """
                site: berlin
                name: Berlin edge hall
                kind: edge
                zone: Europe/Berlin
                gridZone: GB
                effectiveFrom: 2026-01-01T00:00:00Z
                itBoundary: PDU_OUT
                tariff: { currency: EUR, perKwh: "0.20" }
                entities:
                  - id: meter/grid
                    kind: METER
                    role: GRID_IMPORT
                    nameplateW: 200000
                    accuracyClassPercent: 0.5
                    channels:
                      - { metric: meter.energy.active, samplePeriod: PT10S }
                  - id: meter/pdu
                    kind: PDU
                    role: PDU_OUT
                    parent: meter/grid
                    nameplateW: 150000
                    accuracyClassPercent: 0.5
                    channels:
                      - { metric: meter.energy.active, samplePeriod: PT10S }
                  - id: node-a[01-02]
                    kind: NODE
                    role: NODE_IN
                    parent: meter/pdu
                    nameplateW: 10000
                    channels:
                      - { metric: node.power, samplePeriod: PT2S, sampleKind: instant }
                """;
    }

    /** Nodes without a meter at the supply; last heard of on 20 March. */
    static void lab(Database database) {
        database.sites().put(Ledger.TENANT, "lab", Instant.parse("2026-01-01T00:00:00Z"), """
                        site: lab
                        kind: edge
                        zone: UTC
                        effectiveFrom: 2026-01-01T00:00:00Z
                        itBoundary: NODE_IN
                        entities:
                          - id: n1
                            kind: NODE
                            role: NODE_IN
                            nameplateW: 1000
                            channels:
                              - { metric: node.power, samplePeriod: PT1S, sampleKind: instant }
                        """);
        Instant from = Instant.parse("2026-03-20T08:00:00Z");
        Ledger.fill(database, ledger -> {
            ledger.role("lab", "NODE_IN", from, from.plus(HOUR), MINUTE, 600, 1000);
            ledger.role("lab", "NODE_IN", from, from.plus(HOUR), HOUR, 600, 1000);
        });
    }

    /** A zone of half-hour offsets, without data. */
    static void stJohns(Database database) {
        database.sites()
                .put(
                        Ledger.TENANT,
                        "st-johns",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        berlinYaml()
                                .replace("site: berlin", "site: st-johns")
                                .replace("Europe/Berlin", "America/St_Johns")
                                .replace("Berlin edge hall", "St. John's")
                                .replace("gridZone: GB\n", ""));
    }

    /** Two hours on two nodes, 10 kWh and 4 million tokens an hour: 9 J per token. */
    static void llm(Database database) {
        long hour = HOUR.toMillis();
        Ledger.fill(database, ledger -> {
            ledger.run("berlin", "llm-1", RUN, RUN.plus(HOUR.multipliedBy(2)));
            for (int i = 0; i < 2; i++) {
                Instant start = RUN.plus(HOUR.multipliedBy(i));
                EnergyBuckets a01 = Ledger.wattHours(5_000, 600, 400);
                EnergyBuckets a02 = Ledger.wattHours(4_000, 0, 0);
                ledger.runHour("berlin", "llm-1", start, a01.plus(a02), 2 * hour, 4_000_000);
                ledger.runMeter("berlin", "llm-1", "node-a01", Metric.NODE_POWER, false, start, a01, hour);
                ledger.runMeter("berlin", "llm-1", "node-a02", Metric.NODE_POWER, false, start, a02, hour);
                ledger.runMeter(
                        "berlin",
                        "llm-1",
                        "check-a02",
                        Metric.METER_ENERGY_ACTIVE,
                        true,
                        start,
                        Ledger.wattHours(4_100, 0, 0),
                        i == 0 ? hour / 2 : 0);
                ledger.trainingStep("berlin", "llm-1", 0, i + 1L, start, start.plus(HOUR), 4_000_000);
            }
        });
    }

    /** Half seen, without tokens, and with a name that a spreadsheet would take for a formula. */
    static final String HOSTILE = "=1+1/\"a,b\"";

    static void hostile(Database database) {
        Instant start = RUN.plus(Duration.ofHours(5));
        Ledger.fill(database, ledger -> {
            ledger.run("berlin", HOSTILE, start, start.plus(HOUR));
            ledger.runHour("berlin", HOSTILE, start, Ledger.wattHours(2_000, 0, 0), HOUR.toMillis() / 2, 0);
            ledger.runMeter(
                    "berlin",
                    HOSTILE,
                    "node-a01",
                    Metric.NODE_POWER,
                    false,
                    start,
                    Ledger.wattHours(2_000, 0, 0),
                    HOUR.toMillis() / 2);
        });
    }

    static final String RESTARTED = "w10";
    static final Instant RESTARTED_AT = RUN.plus(Duration.ofHours(24));

    /**
     * The worked example of a restart, a tenth of it: 70 steps of a minute and 10 kWh, a crash, 15 minutes and 15 kWh to
     * begin again from step 60, 40 steps of a minute and 10.125 kWh; 4 million effective tokens a step.
     */
    static void restarted(Database database, String site, String run) {
        Ledger.fill(database, ledger -> {
            ledger.run(site, run, RESTARTED_AT, minute(125));
            EnergyBuckets[] hours = {EnergyBuckets.NONE, EnergyBuckets.NONE, EnergyBuckets.NONE};
            long[] tokens = new long[3];
            for (int i = 0; i < 125; i++) {
                EnergyBuckets energy = Ledger.measured(i < 70 ? 600_000 : i < 85 ? 60_000 : 607_500, MINUTE);
                boolean trains = i < 70 || i >= 85;
                hours[i / 60] = hours[i / 60].plus(energy);
                tokens[i / 60] += trains ? 4_000_000 : 0;
                ledger.runMinute(site, run, minute(i), energy, trains ? 4_000_000 : 0);
                if (trains) {
                    int step = i < 70 ? i + 1 : i - 85 + 61;
                    ledger.trainingStep(site, run, i < 70 ? 1 : 2, step, minute(i), minute(i + 1), 4_000_000);
                }
            }
            for (int i = 0; i < 3; i++) {
                Instant start = minute(60 * i);
                long covered = Math.min(60, 125 - 60 * i) * 60_000L;
                ledger.runHour(site, run, start, hours[i], covered, tokens[i]);
                ledger.runMeter(site, run, "node-a01", Metric.NODE_POWER, false, start, hours[i], covered);
            }
            ledger.phase(site, run, 2, JobPhase.RESTORE, minute(70), minute(80));
            ledger.phase(site, run, 2, JobPhase.START_UP, minute(80), minute(85));
            ledger.checkpoint(site, run, 1, 60, minute(60));
            ledger.checkpoint(site, run, 2, 60, minute(80));
        });
    }

    /**
     * What the examples of {@code openapi.yaml} are about: Berlin with a water meter, two runs, and in the last hours quarter
     * hours of its feed, water, a balance, and a PDU whose meter went wrong at 11:50.
     */
    static void documented(Database database) {
        berlin(database, berlinYaml() + """
                  - id: meter/water
                    kind: METER
                    role: WATER_IN
                    water: potable
                    channels:
                      - { metric: water.volume, samplePeriod: PT1M }
                """);
        llm(database);
        restarted(database, "berlin", RESTARTED);
        Instant eleven = NOON.minus(HOUR);
        Instant eight = NOON.minus(HOUR.multipliedBy(4));
        Instant wrong = NOON.minus(MINUTE.multipliedBy(10));
        Ledger.fill(database, ledger -> {
            ledger.demand("berlin", "meter/grid", false, NOON.minus(MINUTE.multipliedBy(30)), NOON, 125_000);
            ledger.volume(
                    "berlin",
                    "meter/water",
                    Metric.WATER_VOLUME,
                    "POTABLE",
                    false,
                    eleven,
                    new VolumeBuckets(1_500, 0, 1));
            ledger.part("berlin", "GRID_IMPORT/METER/", eleven, 125_000, 200_000, 1.0);
            ledger.part("berlin", "PDU_OUT/PDU/GRID_IMPORT", eleven, 100_000, 150_000, 1.0);
            ledger.part("berlin", "GROUP//PDU_OUT", eleven, 98_000, 20_000, 1.0);
            ledger.entity("berlin", "meter/grid", Metric.METER_ENERGY_ACTIVE, eight, NOON, 102_000);
            ledger.entity("berlin", "meter/pdu", Metric.METER_ENERGY_ACTIVE, eight, wrong, 100_000);
            ledger.entity("berlin", "meter/pdu", Metric.METER_ENERGY_ACTIVE, wrong, NOON, 110_000);
            ledger.entity("berlin", "meter/pdu", Metric.METER_POWER_ACTIVE, eight, NOON, 112_000);
            ledger.entity("berlin", "node-a01", Metric.NODE_POWER, eight, NOON, 49_000);
            ledger.entity("berlin", "node-a02", Metric.NODE_POWER, eight, NOON, 49_000);
        });
    }

    private static Instant minute(int minute) {
        return RESTARTED_AT.plus(MINUTE.multipliedBy(minute));
    }
}
