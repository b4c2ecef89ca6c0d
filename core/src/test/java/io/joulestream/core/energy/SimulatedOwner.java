package io.joulestream.core.energy;

import io.joulestream.core.energy.OwnerFrame.Assertion;
import io.joulestream.core.energy.OwnerFrame.ChannelReading;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One owner of a simulated site: what its inventory says and what its senders send, in the order in which they send it.
 *
 * <p>A calm owner has one sender, one session and a clock that only runs forward, so promise 1 holds without exception;
 * its runs may claim a moment that the one before claims too.
 * Any other may also jump in time, restart its sender, be read by a second one and correct what it said.
 */
final class SimulatedOwner implements OwnerRules {
    static final long START = 1_772_323_140_000L; // one minute before an hour
    private static final long[] PERIODS = {1_000, 2_000, 5_000, 10_000, 30_000};
    private static final long[] CLOCK_JUMPS = {45_000, -45_000, -400_000, 3_600_000, 250};

    final boolean calm;
    /** Silent for hours at a time, at a site that soon forgets. */
    final boolean slow;

    final List<OwnerFrame> sent = new ArrayList<>();
    final Map<ChannelId, List<EnergyOracle.Terms>> terms = new HashMap<>();
    private final Map<ChannelId, Device> devices = new HashMap<>();
    private final Map<ChannelId, ChannelRule[]> rules = new HashMap<>();

    private final Random random;
    private final long period;
    private final long declaredPeriod;
    private final long tail;
    private final boolean sinceItBegan;

    private long clock;
    private long sequence = 1;
    private long session = START;
    private long origin = 1;
    private String run = "";
    private long runSince = START - 1_000;
    private long lastSlot = START;
    /** Whether the run of the next frame claims time that the last frame claimed for another. */
    private boolean contends;

    SimulatedOwner(Random random) {
        this.random = random;
        calm = random.nextInt(3) > 0;
        slow = random.nextInt(6) == 0;
        period = PERIODS[random.nextInt(PERIODS.length)];
        declaredPeriod = switch (random.nextInt(6)) {
            case 0 -> period * 10;
            case 1 -> period / 10;
            default -> period;
        };
        tail = random.nextBoolean() ? 60_000 : 240_000;
        sinceItBegan = !calm || random.nextBoolean();
        addDevice(new ChannelId("node-0", 20), random.nextInt(4) == 0 ? Kind.AVERAGED : Kind.INSTANT);
        addDevice(new ChannelId("node-0", 21), Kind.COUNTER);
        if (random.nextBoolean()) {
            addDevice(new ChannelId("node-0/gpu-0", 2), Kind.COUNTER);
        }
        send();
    }

    private enum Kind {
        COUNTER,
        INSTANT,
        AVERAGED
    }

    /** What is behind one channel: a power that wanders and a register that counts it. */
    private static final class Device {
        Kind kind;
        int everySlots;
        boolean rollsOver;
        BigInteger register;
        long milliwatts = 500_000;
    }

    private void addDevice(ChannelId channel, Kind kind) {
        Device device = new Device();
        device.kind = kind;
        device.everySlots = 1 + random.nextInt(3) * random.nextInt(4);
        device.rollsOver = random.nextBoolean();
        device.register = BigInteger.valueOf(random.nextInt(300_000)).multiply(BigInteger.valueOf(1_000_000));
        devices.put(channel, device);
        List<EnergyOracle.Terms> versions = new ArrayList<>();
        long nameplate = random.nextInt(5) == 0 ? 0 : 1_000_000;
        versions.add(terms(0, device, nameplate, 1));
        if (random.nextInt(3) == 0) {
            long later = START + 60_000L * (1 + random.nextInt(30));
            versions.add(terms(later, device, nameplate * 2, 2)); // another transformer
        }
        terms.put(channel, versions);
        rules.put(channel, versions.stream().map(SimulatedOwner::rule).toArray(ChannelRule[]::new));
    }

    private EnergyOracle.Terms terms(long since, Device device, long nameplate, long ratio) {
        long declared = declaredPeriod * device.everySlots;
        return new EnergyOracle.Terms(
                since,
                EnergyOracle.Kind.valueOf(device.kind.name()),
                Math.max(declared * 3 / 2, Math.min(3 * declared, 300_000)),
                900_000,
                nameplate,
                100,
                1_000 * ratio,
                device.rollsOver ? BigInteger.valueOf(400_000_000_000L * ratio) : BigInteger.ZERO);
    }

    private static ChannelRule rule(EnergyOracle.Terms terms) {
        ChannelRule.Kind kind = switch (terms.kind()) {
            case COUNTER -> ChannelRule.Kind.COUNTER;
            case INSTANT -> ChannelRule.Kind.INSTANT_POWER;
            case AVERAGED -> ChannelRule.Kind.AVERAGED_POWER;
        };
        long declared = terms.maxGap() / 3;
        return new ChannelRule(
                kind,
                Math.min(declared * 3 / 2, terms.maxGap()),
                terms.maxGap(),
                terms.interpolate(),
                terms.nameplate(),
                terms.jitter(),
                terms.resolution(),
                terms.modulus());
    }

    @Override
    public ChannelRule rule(ChannelId channel, long atMillis) {
        List<EnergyOracle.Terms> versions = terms.get(channel);
        int version = versions.size() > 1 && versions.get(1).since() <= atMillis ? 1 : 0;
        return rules.get(channel)[version];
    }

    @Override
    public long allocationGapMillis(String entity) {
        return 3 * declaredPeriod;
    }

    @Override
    public long rawTailMillis() {
        return tail;
    }

    @Override
    public long acceptHistoryMillis() {
        return (slow ? 30 : 35 * 24) * 3_600_000L;
    }

    // ---- what is sent

    private void send() {
        long at = START;
        long frames = 10 + random.nextInt(40);
        for (int i = 0; i < frames; i++) {
            disturb(at);
            at = sendFrame(at, 2 + random.nextInt(12));
            if (random.nextInt(15) == 0) {
                at += period * (2 + random.nextInt(80));
            }
            if (slow && random.nextInt(5) == 0) {
                at += random.nextInt(20 * 3_600_000);
            }
        }
        if (!calm) {
            sendOthers();
        }
    }

    private void disturb(long at) {
        if (!calm && random.nextInt(20) == 0) {
            clock += CLOCK_JUMPS[random.nextInt(CLOCK_JUMPS.length)];
        }
        if (!calm && origin == 1 && random.nextInt(40) == 0) {
            origin = 2;
            session = at;
            sequence = 1;
        }
        if (calm && random.nextInt(8) == 0) {
            run = "run-" + random.nextInt(3);
            run = run.equals("run-0") ? "" : run;
            // before the frame's first slot and after the second last of the one before: in time that stays open
            contends = !slow && lastSlot > START && random.nextInt(3) == 0;
            runSince = contends ? lastSlot - period / 4 : at;
        }
    }

    private long sendFrame(long firstMillis, int slots) {
        List<ChannelReading> readings = new ArrayList<>();
        long at = firstMillis;
        long last = firstMillis;
        for (int slot = 0; slot < slots; slot++) {
            last = at;
            for (Map.Entry<ChannelId, Device> device : devices.entrySet()) {
                if (slot % device.getValue().everySlots == 0) {
                    readings.add(new ChannelReading(
                            device.getKey(), slot, reading(device.getKey(), device.getValue(), at + clock)));
                }
            }
            long step = period + (random.nextInt(3) == 0 ? random.nextInt((int) period) - period / 2 : 0);
            devices.values().forEach(device -> advance(device, step));
            at += step;
        }
        List<Assertion> assertions = new ArrayList<>();
        long since = sinceItBegan || contends ? runSince : firstMillis;
        contends = false;
        lastSlot = last;
        for (String entity : List.of("node-0", "node-0/gpu-0")) {
            if (since < last + clock) {
                long until = calm ? last + clock : START + 864_000_000; // a second sender says nothing of runs
                assertions.add(new Assertion(entity, since, until, run));
            }
        }
        sent.add(new OwnerFrame(origin, sequence, readings, assertions));
        sequence++;
        return at;
    }

    private void advance(Device device, long millis) {
        device.milliwatts = Math.max(0, Math.min(950_000, device.milliwatts + random.nextInt(400_001) - 200_000));
        BigInteger more = BigInteger.valueOf(device.milliwatts).multiply(BigInteger.valueOf(millis));
        device.register = device.register.add(more);
        if (device.rollsOver) {
            device.register = device.register.mod(BigInteger.valueOf(400_000_000_000L));
        }
        switch (random.nextInt(200)) {
            case 0 -> device.register = BigInteger.valueOf(random.nextInt(3_000_000)); // restarted
            case 1 ->
                device.register = BigInteger.valueOf(random.nextInt(300_000)).multiply(BigInteger.TEN.pow(6));
            default -> {
                // it goes on
            }
        }
    }

    private Reading reading(ChannelId channel, Device device, long at) {
        long ratio = rule(channel, at).resolutionMicrojoules() / 1_000;
        if (device.kind != Kind.COUNTER) {
            return new Reading(at, device.milliwatts * ratio, 0, false, origin, session, sequence, 0);
        }
        long shown = device.register.longValueExact() * ratio;
        if (random.nextInt(150) == 0) {
            shown = Math.abs(random.nextLong() % 400_000_000_000L); // lies once
        }
        return new Reading(at, shown / 1_000, (int) (shown % 1_000), false, origin, session, sequence, 0);
    }

    /** A second sender that reads some instants again or between, and corrections. */
    private void sendOthers() {
        List<OwnerFrame> first = List.copyOf(sent);
        for (int i = 0; i < 6; i++) {
            boolean correction = i > 2;
            OwnerFrame frame = first.get(random.nextInt(first.size()));
            List<ChannelReading> readings = new ArrayList<>();
            for (ChannelReading each : frame.readings()) {
                if (random.nextBoolean()) {
                    Reading other = each.reading();
                    readings.add(new ChannelReading(
                            each.channel(),
                            each.slot(),
                            new Reading(
                                    other.atMillis() + random.nextInt(2) * 137,
                                    other.value() + random.nextInt(3) * 10,
                                    other.microjoules(),
                                    correction,
                                    correction ? 4 : 3,
                                    START + 5,
                                    i % 3 + 1,
                                    0)));
                }
            }
            sent.add(random.nextInt(sent.size()), new OwnerFrame(correction ? 4 : 3, i % 3 + 1, readings, List.of()));
        }
    }
}
