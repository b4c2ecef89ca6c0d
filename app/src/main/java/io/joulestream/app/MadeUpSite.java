package io.joulestream.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A site that is nowhere, with the power of its parts in each hour: eight racks of 72 GPUs behind one PDU, a cooling plant and
 * an office, between a third and all of their nameplates, more by day than by night. A pure function of site and hour, so that
 * the same history can be made again.
 *
 * @param number from 1 on
 */
record MadeUpSite(int number) {
    static final String TENANT = "synthetic";
    static final int RACKS = 8;
    /** A run holds these; the rest is unallocated. */
    static final int RACKS_OF_A_RUN = 6;

    static final long RACK_W = 132_000;
    static final long GPU_W = 1_200;
    static final long GPUS = RACKS * 72L;
    static final long PDU_W = 1_200_000;
    static final long GRID_W = 1_800_000;
    static final long NETWORK_W = 40_000;
    static final long STORAGE_W = 30_000;
    static final long CHILLER_W = 300_000;
    static final long PUMP_W = 60_000;
    static final long FAN_W = 40_000;
    static final long OFFICE_W = 20_000;

    /** Of zones whose offsets are whole hours, so that a step of the ledger is one. */
    private static final List<String> ZONES = List.of(
            "Europe/Berlin",
            "America/New_York",
            "Asia/Tokyo",
            "Europe/Paris",
            "America/Los_Angeles",
            "Asia/Singapore",
            "Europe/Stockholm",
            "America/Chicago",
            "Europe/Dublin",
            "America/Sao_Paulo",
            "Europe/Madrid",
            "Asia/Seoul");

    /** Before anything that is stored of it. */
    static final Instant EFFECTIVE_FROM = Instant.parse("2015-01-01T00:00:00Z");

    private static final Duration LENGTH_OF_A_RUN = Duration.ofDays(5);
    private static final String CHANNELS = "channels: [ { metric: %s, samplePeriod: PT60S } ]";

    static MadeUpSite of(int number) {
        return new MadeUpSite(number);
    }

    String site() {
        return String.format(Locale.ROOT, "synthetic-%02d", number);
    }

    static String rack(int rack) {
        return "rack-" + rack;
    }

    /** The run that the site has at a time. */
    MadeUpRun run(Instant at) {
        long runMillis = LENGTH_OF_A_RUN.toMillis();
        long index = Math.floorDiv(at.toEpochMilli(), runMillis);
        return new MadeUpRun(
                site() + "-run-" + index,
                Instant.ofEpochMilli(index * runMillis),
                Instant.ofEpochMilli((index + 1) * runMillis));
    }

    /** @param end exclusive */
    record MadeUpRun(String name, Instant start, Instant end) {}

    /**
     * What the site draws throughout an hour, in watts.
     *
     * @param racks one after the other, GPUs included
     */
    record Watts(
            List<Long> racks,
            long gpus,
            long network,
            long storage,
            long pdu,
            long chiller,
            long pump,
            long fan,
            long office,
            long grid) {
        long allRacks() {
            return racks.stream().mapToLong(Long::longValue).sum();
        }

        long ofRun() {
            return racks.subList(0, RACKS_OF_A_RUN).stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    Watts at(Instant hour) {
        long hours = Math.floorDiv(hour.getEpochSecond(), 3_600);
        long fromNoon = Math.abs(Math.floorMod(hours, 24L) - 12);
        List<Long> racks = IntStream.range(0, RACKS)
                .mapToObj(rack -> RACK_W * (700 + 15 * (12 - fromNoon) + noise(hours, rack, 100)) / 1_000)
                .toList();
        long allRacks = racks.stream().mapToLong(Long::longValue).sum();
        long gpus = allRacks * 64 / 100;
        long network = 20_000 + noise(hours, 20, 4_000);
        long storage = 15_000 + noise(hours, 21, 3_000);
        long pdu = (allRacks + network + storage) * 1_008 / 1_000;
        long chiller = pdu * (130 + 5 * (12 - fromNoon)) / 1_000;
        long pump = 30_000 + noise(hours, 22, 5_000);
        long fan = 20_000 + noise(hours, 23, 5_000);
        long office = 6_000 + noise(hours, 24, 8_000);
        long grid = (pdu + chiller + pump + fan + office) * 1_012 / 1_000;
        return new Watts(racks, gpus, network, storage, pdu, chiller, pump, fan, office, grid);
    }

    /** Evenly spread in {@code [0, below)}. */
    private long noise(long hours, int part, int below) {
        return noise(hours * 1_000 + number * 31L + part, below);
    }

    /** Evenly spread in {@code [0, below)}, and no other for the same key: SplitMix64's finish. */
    static long noise(long key, int below) {
        long mixed = key * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return Math.floorMod(mixed ^ (mixed >>> 31), (long) below);
    }

    String yaml() {
        return "tenant: " + TENANT + "\nsite: " + site() + "\nname: \"Synthetic site " + number
                + ", made up by db fill\"\nkind: edge\nzone: " + ZONES.get((number - 1) % ZONES.size())
                + "\neffectiveFrom: " + EFFECTIVE_FROM
                + "\nitBoundary: PDU_OUT\ntariff: { currency: EUR, perKwh: \"0.20\" }\nentities:\n"
                + entity("grid", "METER", "GRID_IMPORT", null, GRID_W, "meter.energy.active")
                + entity("pdu", "PDU", "PDU_OUT", "grid", PDU_W, "meter.energy.active")
                + entity("rack-[1-8]", "NODE", "NODE_IN", "pdu", RACK_W, "node.energy")
                + entity("rack-[1-8]/gpu[01-72]", "GPU", "GPU", "rack-[1-8]", GPU_W, "gpu.energy")
                + entity("net", "NODE", "NETWORK", "pdu", NETWORK_W, "node.energy")
                + entity("storage", "NODE", "STORAGE_IT", "pdu", STORAGE_W, "node.energy")
                + entity("chiller", "CHILLER", "COOLING_ELEC", "grid", CHILLER_W, "meter.energy.active")
                + entity("pump", "PUMP", "COOLING_ELEC", "grid", PUMP_W, "meter.energy.active")
                + entity("fan", "FAN", "COOLING_ELEC", "grid", FAN_W, "meter.energy.active")
                + entity("office", "METER", "NON_DC", "grid", OFFICE_W, "meter.energy.active");
    }

    private static String entity(String id, String kind, String role, String parent, long watts, String metric) {
        return "  - { id: \"" + id + "\", kind: " + kind + ", role: " + role
                + (parent == null ? "" : ", parent: \"" + parent + "\"") + ", nameplateW: " + watts + ", "
                + CHANNELS.formatted(metric) + " }\n";
    }
}
