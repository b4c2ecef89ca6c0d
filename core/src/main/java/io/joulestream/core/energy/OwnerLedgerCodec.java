package io.joulestream.core.energy;

import io.joulestream.core.energy.FrameSequences.Origin;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The bytes of an {@link OwnerLedger}, for a state backend. The first byte is the version; every version ever released
 * stays readable. Numbers are zig-zag varints, times and values of a channel are differences from the one before.
 */
public final class OwnerLedgerCodec {
    private static final int VERSION = 4;
    /** Hours are written as the parts of a ledger of the same version. There were none in version 1; 3 is the newest. */
    private static final int FIRST_HOUR_VERSION = 2;

    private static final int HOUR_VERSION = 3;

    private static final Reading NO_READING = new Reading(0, 0, 0, false, 0, 0, 0, 0);

    /** What a reading's first byte says. */
    private static final int CORRECTION = 1;

    private static final int FOLDED = 2;
    private static final int SAME_SENDER = 4;
    private static final int WITH_MICROJOULES = 8;
    private static final int REFUSAL_TOLD = 16;
    private static final int EXPIRED = 32;

    /** A pair's energy is written as a multiple of this and the rest. */
    private static final BigInteger HIGH = BigInteger.TEN.pow(18);

    private OwnerLedgerCodec() {}

    /** What of a ledger is at hand; what it has put away is written by {@link OwnerLedger#writeOlder}. */
    public static byte[] encode(OwnerLedger ledger) {
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(ledger.newestMillis);
        out.writeBits(ledger.hasOlder ? 1 : 0);
        out.writeNumber(ledger.sweptHour);
        out.writeNumber(ledger.settledFromMillis);
        writeSequences(out, ledger.sequences);
        out.writeNumber(ledger.allocations.size());
        for (Map.Entry<String, AllocationTable> table : ledger.allocations.entrySet()) {
            out.writeText(table.getKey());
            writeAllocations(out, table.getValue().assertions());
        }
        out.writeNumber(ledger.channels.size());
        for (Map.Entry<ChannelId, ChannelLedger> entry : ledger.channels.entrySet()) {
            ChannelLedger channel = entry.getValue();
            writeChannelId(out, entry.getKey());
            out.writeNumber(channel.olderHoles);
            out.writeNumber(channel.newestOlderMillis);
            writeReadings(out, channel.kept());
        }
        return out.toBytes();
    }

    /**
     * @param rules gives the allocation gap of each entity, which is inventory and not state
     * @param older where the ledger has put away what is not in these bytes
     * @throws IllegalStateException when the bytes are of a version this program does not know, or damaged
     */
    public static OwnerLedger decode(byte[] bytes, OwnerRules rules, OwnerHours older) {
        StateInput in = new StateInput(bytes, "owner state", 1, VERSION);
        OwnerLedger ledger = new OwnerLedger(older);
        ledger.newestMillis = in.readNumber();
        if (in.version() > 1) {
            ledger.hasOlder = in.readBits() == 1;
            ledger.sweptHour = in.readNumber();
        }
        // earlier versions did not keep what was settled
        ledger.settledFromMillis = in.version() > 3 ? in.readNumber() : ledger.newestMillis;
        readSequences(in, ledger.sequences);
        for (long left = in.readNumber(); left > 0; left--) {
            String entity = in.readText();
            AllocationTable table = new AllocationTable(rules.allocationGapMillis(entity));
            readAllocations(in, table.assertions());
            ledger.allocations.put(entity, table);
        }
        for (long left = in.readNumber(); left > 0; left--) {
            ChannelId id = readChannelId(in);
            ChannelLedger channel = new ChannelLedger();
            int olderHoles = in.version() > 1 ? in.readInt() : 0;
            long newestOlder = in.version() > 1 ? in.readNumber() : Long.MIN_VALUE;
            channel.takeBack(readReadings(in));
            channel.olderHoles = olderHoles;
            channel.newestOlderMillis = newestOlder;
            ledger.channels.put(id, channel);
        }
        return ledger;
    }

    static byte[] encode(OlderHour hour) {
        StateOutput out = new StateOutput(HOUR_VERSION);
        out.writeNumber(hour.touchedMillis);
        out.writeNumber(hour.readings.size());
        hour.readings.forEach((channel, readings) -> {
            writeChannelId(out, channel);
            writeReadings(out, readings);
        });
        out.writeNumber(hour.missing.size());
        hour.missing.forEach((origin, ranges) -> {
            out.writeHash(origin);
            writeRanges(out, ranges);
        });
        out.writeNumber(hour.assertions.size());
        hour.assertions.forEach((entity, assertions) -> {
            out.writeText(entity);
            writeAllocations(out, assertions);
        });
        return out.toBytes();
    }

    static OlderHour decodeHour(byte[] bytes) {
        StateInput in = new StateInput(bytes, "owner hour", FIRST_HOUR_VERSION, HOUR_VERSION);
        OlderHour hour = new OlderHour();
        hour.touchedMillis = in.readNumber();
        for (long left = in.readNumber(); left > 0; left--) {
            hour.readings.put(readChannelId(in), readReadings(in));
        }
        for (long left = in.readNumber(); left > 0; left--) {
            readRanges(in, hour.missing.computeIfAbsent(in.readHash(), origin -> new TreeMap<>()));
        }
        for (long left = in.readNumber(); left > 0; left--) {
            readAllocations(in, hour.assertions.computeIfAbsent(in.readText(), entity -> new TreeMap<>()));
        }
        return hour;
    }

    private static void writeChannelId(StateOutput out, ChannelId channel) {
        out.writeText(channel.entity());
        out.writeNumber(channel.metric());
    }

    private static ChannelId readChannelId(StateInput in) {
        return new ChannelId(in.readText(), in.readInt());
    }

    private static void writeSequences(StateOutput out, FrameSequences sequences) {
        out.writeNumber(sequences.origins().size());
        for (Map.Entry<Long, Origin> origin : sequences.origins().entrySet()) {
            out.writeHash(origin.getKey());
            out.writeNumber(origin.getValue().highest);
            out.writeNumber(origin.getValue().givenUpTo);
            out.writeNumber(origin.getValue().olderTo);
            out.writeNumber(origin.getValue().olderRanges);
            out.writeNumber(origin.getValue().olderFrames);
            writeRanges(out, origin.getValue().missing);
        }
    }

    private static void readSequences(StateInput in, FrameSequences sequences) {
        for (long left = in.readNumber(); left > 0; left--) {
            long id = in.readHash();
            Origin origin = new Origin();
            origin.highest = in.readNumber();
            origin.givenUpTo = in.readNumber();
            if (in.version() > 1) {
                origin.olderTo = in.readNumber();
                origin.olderRanges = in.readInt();
                origin.olderFrames = in.readNumber();
            }
            readRanges(in, origin.missing);
            sequences.origins().put(id, origin);
        }
    }

    private static void writeRanges(StateOutput out, NavigableMap<Long, Long> ranges) {
        out.writeNumber(ranges.size());
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            out.writeNumber(range.getKey());
            out.writeNumber(range.getValue() - range.getKey());
        }
    }

    private static void readRanges(StateInput in, NavigableMap<Long, Long> ranges) {
        for (long left = in.readNumber(); left > 0; left--) {
            long first = in.readNumber();
            ranges.put(first, first + in.readNumber());
        }
    }

    private static void writeAllocations(
            StateOutput out, NavigableMap<AllocationTable.Start, AllocationTable.Extent> assertions) {
        out.writeNumber(assertions.size());
        long previous = 0;
        for (Map.Entry<AllocationTable.Start, AllocationTable.Extent> assertion : assertions.entrySet()) {
            AllocationTable.Start start = assertion.getKey();
            AllocationTable.Extent extent = assertion.getValue();
            out.writeNumber(start.sinceMillis() - previous);
            out.writeText(start.run());
            out.writeNumber(extent.untilMillis() - start.sinceMillis());
            out.writeHash(start.origin());
            out.writeNumber(start.firstSequence());
            out.writeNumber(extent.lastSequence());
            out.writeNumber(extent.lastSinceMillis() - start.sinceMillis());
            out.writeNumber(extent.untilMillis() - extent.firstUntilMillis());
            previous = start.sinceMillis();
        }
    }

    private static void readAllocations(
            StateInput in, NavigableMap<AllocationTable.Start, AllocationTable.Extent> assertions) {
        long since = 0;
        for (long left = in.readNumber(); left > 0; left--) {
            since += in.readNumber();
            String run = in.readText();
            long until = since + in.readNumber();
            AllocationTable.Start start = new AllocationTable.Start(since, run, in.readHash(), in.readNumber());
            long lastSequence = in.readNumber();
            // earlier versions knew of a claim's first and last frames no more than that they lie inside it
            long lastSince = in.version() > 2 ? since + in.readNumber() : since;
            long firstUntil = in.version() > 2 ? until - in.readNumber() : until;
            assertions.put(start, new AllocationTable.Extent(until, lastSequence, lastSince, firstUntil));
        }
    }

    private static void writeReadings(StateOutput out, List<KeptReading> readings) {
        out.writeNumber(readings.size());
        Reading previous = NO_READING;
        for (KeptReading kept : readings) {
            Reading reading = kept.reading();
            FoldedLink folded = kept.after();
            boolean sameSender = reading.origin() == previous.origin() && reading.session() == previous.session();
            out.writeBits((reading.correction() ? CORRECTION : 0)
                    | (folded != null ? FOLDED : 0)
                    | (sameSender ? SAME_SENDER : 0)
                    | (reading.microjoules() != 0 ? WITH_MICROJOULES : 0)
                    | (kept.refusalTold() ? REFUSAL_TOLD : 0)
                    | (folded != null && folded.expired() ? EXPIRED : 0));
            out.writeNumber(reading.atMillis() - previous.atMillis());
            out.writeNumber(reading.value() - previous.value());
            if (reading.microjoules() != 0) {
                out.writeNumber(reading.microjoules());
            }
            if (!sameSender) {
                out.writeHash(reading.origin());
                out.writeNumber(reading.session());
            }
            out.writeNumber(reading.sequence() - previous.sequence());
            out.writeNumber(reading.flags());
            if (folded != null) {
                writeLink(out, folded);
            }
            previous = reading;
        }
    }

    private static List<KeptReading> readReadings(StateInput in) {
        List<KeptReading> readings = new ArrayList<>();
        Reading previous = NO_READING;
        for (long left = in.readNumber(); left > 0; left--) {
            int bits = in.readBits();
            long at = previous.atMillis() + in.readNumber();
            long value = previous.value() + in.readNumber();
            int microjoules = (bits & WITH_MICROJOULES) != 0 ? in.readInt() : 0;
            boolean sameSender = (bits & SAME_SENDER) != 0;
            long origin = sameSender ? previous.origin() : in.readHash();
            long session = sameSender ? previous.session() : in.readNumber();
            long sequence = previous.sequence() + in.readNumber();
            int flags = in.readInt();
            previous = new Reading(at, value, microjoules, (bits & CORRECTION) != 0, origin, session, sequence, flags);
            FoldedLink folded = (bits & FOLDED) != 0 ? readLink(in, (bits & EXPIRED) != 0) : null;
            readings.add(new KeptReading(previous, folded, (bits & REFUSAL_TOLD) != 0));
        }
        return readings;
    }

    private static void writeLink(StateOutput out, FoldedLink link) {
        writeEdges(out, link.edges());
        writePair(out, link.first());
        writePair(out, link.last());
    }

    private static FoldedLink readLink(StateInput in, boolean expired) {
        NavigableMap<Long, MinutePart> edges = readEdges(in);
        return in.version() > 1
                ? new FoldedLink(edges, readPair(in), readPair(in), expired)
                : new FoldedLink(edges, null, null, expired);
    }

    private static void writePair(StateOutput out, MeasuredPair pair) {
        out.writeNumber(pair == null ? 0 : pair.millis());
        if (pair != null) {
            BigInteger[] parts = pair.microjoules().divideAndRemainder(HIGH);
            out.writeNumber(parts[0].longValueExact());
            out.writeNumber(parts[1].longValueExact());
        }
    }

    private static MeasuredPair readPair(StateInput in) {
        long millis = in.readNumber();
        if (millis == 0) {
            return null;
        }
        BigInteger high = BigInteger.valueOf(in.readNumber()).multiply(HIGH);
        return new MeasuredPair(high.add(BigInteger.valueOf(in.readNumber())), millis);
    }

    private static void writeEdges(StateOutput out, NavigableMap<Long, MinutePart> edges) {
        out.writeNumber(edges.size());
        for (Map.Entry<Long, MinutePart> edge : edges.entrySet()) {
            MinutePart part = edge.getValue();
            out.writeNumber(edge.getKey());
            out.writeBits(part.sawPower() ? 1 : 0);
            if (part.sawPower()) {
                out.writeNumber(part.powerMaxMilliwatts);
                out.writeNumber(part.powerMinMilliwatts);
            }
            out.writeNumber(part.rampMaxMilliwattsPerSecond);
            out.writeNumber(part.samples);
            out.writeNumber(part.flags);
            out.writeNumber(part.byRun.size());
            for (Map.Entry<String, Amount> amount : part.byRun.entrySet()) {
                out.writeText(amount.getKey());
                AmountCodec.write(out, amount.getValue());
            }
        }
    }

    private static NavigableMap<Long, MinutePart> readEdges(StateInput in) {
        NavigableMap<Long, MinutePart> edges = new TreeMap<>();
        for (long left = in.readNumber(); left > 0; left--) {
            MinutePart part = new MinutePart();
            edges.put(in.readNumber(), part);
            if (in.readBits() == 1) {
                part.powerMaxMilliwatts = in.readNumber();
                part.powerMinMilliwatts = in.readNumber();
            }
            part.rampMaxMilliwattsPerSecond = in.readNumber();
            part.samples = in.readInt();
            part.flags = in.readInt();
            for (long runs = in.readNumber(); runs > 0; runs--) {
                String run = in.readText();
                part.byRun.put(run, AmountCodec.readAmount(in));
            }
        }
        return edges;
    }
}
