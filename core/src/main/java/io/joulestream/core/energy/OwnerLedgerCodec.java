package io.joulestream.core.energy;

import io.joulestream.core.energy.FrameSequences.Origin;
import io.joulestream.core.ledger.EnergyBuckets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The bytes of an {@link OwnerLedger}, for a state backend. The first byte is the version; every version ever released
 * stays readable. Numbers are zig-zag varints, times and values of a channel are differences from the one before.
 */
public final class OwnerLedgerCodec {
    private static final int VERSION = 1;

    private OwnerLedgerCodec() {}

    public static byte[] encode(OwnerLedger ledger) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            write(out, ledger.newestMillis);
            writeSequences(out, ledger.sequences);
            write(out, ledger.allocations.size());
            for (Map.Entry<String, AllocationTable> table : ledger.allocations.entrySet()) {
                out.writeUTF(table.getKey());
                writeAllocations(out, table.getValue());
            }
            write(out, ledger.channels.size());
            for (Map.Entry<ChannelId, ChannelLedger> channel : ledger.channels.entrySet()) {
                out.writeUTF(channel.getKey().entity());
                write(out, channel.getKey().metric());
                writeChannel(out, channel.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * @param rules gives the allocation gap of each entity, which is inventory and not state
     * @throws IllegalStateException when the bytes are of a version this program does not know, or damaged
     */
    public static OwnerLedger decode(byte[] bytes, OwnerRules rules) {
        OwnerLedger ledger = new OwnerLedger();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        "owner state of version " + version + "; this program reads " + VERSION);
            }
            ledger.newestMillis = read(in);
            readSequences(in, ledger.sequences);
            for (long left = read(in); left > 0; left--) {
                String entity = in.readUTF();
                AllocationTable table = new AllocationTable(rules.allocationGapMillis(entity));
                readAllocations(in, table);
                ledger.allocations.put(entity, table);
            }
            for (long left = read(in); left > 0; left--) {
                ChannelId id = new ChannelId(in.readUTF(), (int) read(in));
                ledger.channels.put(id, readChannel(in));
            }
            return ledger;
        } catch (IOException e) {
            throw new IllegalStateException("owner state is damaged: " + bytes.length + " bytes", e);
        }
    }

    private static void writeSequences(DataOutputStream out, FrameSequences sequences) throws IOException {
        write(out, sequences.origins().size());
        for (Map.Entry<Long, Origin> origin : sequences.origins().entrySet()) {
            out.writeLong(origin.getKey());
            write(out, origin.getValue().highest);
            write(out, origin.getValue().givenUpTo);
            write(out, origin.getValue().missing.size());
            for (Map.Entry<Long, Long> range : origin.getValue().missing.entrySet()) {
                write(out, range.getKey());
                write(out, range.getValue() - range.getKey());
            }
        }
    }

    private static void readSequences(DataInputStream in, FrameSequences sequences) throws IOException {
        for (long left = read(in); left > 0; left--) {
            long id = in.readLong();
            Origin origin = new Origin();
            origin.highest = read(in);
            origin.givenUpTo = read(in);
            for (long ranges = read(in); ranges > 0; ranges--) {
                long first = read(in);
                origin.missing.put(first, first + read(in));
            }
            sequences.origins().put(id, origin);
        }
    }

    private static void writeAllocations(DataOutputStream out, AllocationTable table) throws IOException {
        write(out, table.assertions().size());
        long previous = 0;
        for (Map.Entry<Long, AllocationTable.Assertion> assertion :
                table.assertions().entrySet()) {
            write(out, assertion.getKey() - previous);
            write(out, assertion.getValue().untilMillis() - assertion.getKey());
            out.writeUTF(assertion.getValue().run());
            previous = assertion.getKey();
        }
    }

    private static void readAllocations(DataInputStream in, AllocationTable table) throws IOException {
        long since = 0;
        for (long left = read(in); left > 0; left--) {
            since += read(in);
            long until = since + read(in);
            table.assertions().put(since, new AllocationTable.Assertion(until, in.readUTF()));
        }
    }

    private static void writeChannel(DataOutputStream out, ChannelLedger channel) throws IOException {
        write(out, channel.readings().size());
        Reading previous = new Reading(0, 0, false, 0, 0, 0, 0, 0);
        for (int i = 0; i < channel.readings().size(); i++) {
            Reading reading = channel.readings().get(i);
            NavigableMap<Long, MinutePart> folded = channel.foldedAfter(i);
            boolean sameSender = reading.origin() == previous.origin() && reading.session() == previous.session();
            out.writeByte((reading.correction() ? 1 : 0) | (folded != null ? 2 : 0) | (sameSender ? 4 : 0));
            write(out, reading.atMillis() - previous.atMillis());
            write(out, reading.value() - previous.value());
            if (!sameSender) {
                out.writeLong(reading.origin());
                write(out, reading.session());
            }
            write(out, reading.sequence() - previous.sequence());
            write(out, reading.offset() - previous.offset());
            write(out, reading.flags());
            if (folded != null) {
                writeEdges(out, folded);
            }
            previous = reading;
        }
    }

    private static ChannelLedger readChannel(DataInputStream in) throws IOException {
        ChannelLedger channel = new ChannelLedger();
        Reading previous = new Reading(0, 0, false, 0, 0, 0, 0, 0);
        for (long left = read(in); left > 0; left--) {
            int bits = in.readByte();
            long at = previous.atMillis() + read(in);
            long value = previous.value() + read(in);
            boolean sameSender = (bits & 4) != 0;
            long origin = sameSender ? previous.origin() : in.readLong();
            long session = sameSender ? previous.session() : read(in);
            long sequence = previous.sequence() + read(in);
            long offset = previous.offset() + read(in);
            int flags = (int) read(in);
            previous = new Reading(at, value, (bits & 1) != 0, origin, session, sequence, offset, flags);
            channel.restore(previous, (bits & 2) != 0 ? readEdges(in) : null);
        }
        return channel;
    }

    private static void writeEdges(DataOutputStream out, NavigableMap<Long, MinutePart> edges) throws IOException {
        write(out, edges.size());
        for (Map.Entry<Long, MinutePart> edge : edges.entrySet()) {
            MinutePart part = edge.getValue();
            write(out, edge.getKey());
            out.writeBoolean(part.sawPower());
            if (part.sawPower()) {
                write(out, part.powerMaxMilliwatts);
                write(out, part.powerMinMilliwatts);
            }
            write(out, part.rampMaxMilliwattsPerSecond);
            write(out, part.samples);
            write(out, part.flags);
            write(out, part.lastOffset);
            write(out, part.byRun.size());
            for (Map.Entry<String, Amount> amount : part.byRun.entrySet()) {
                out.writeUTF(amount.getKey());
                write(out, amount.getValue().energy().measuredMicrojoules());
                write(out, amount.getValue().energy().bridgedMicrojoules());
                write(out, amount.getValue().energy().estimatedMicrojoules());
                write(out, amount.getValue().coveredMillis());
                write(out, amount.getValue().accountedMillis());
            }
        }
    }

    private static NavigableMap<Long, MinutePart> readEdges(DataInputStream in) throws IOException {
        NavigableMap<Long, MinutePart> edges = new TreeMap<>();
        for (long left = read(in); left > 0; left--) {
            MinutePart part = new MinutePart();
            edges.put(read(in), part);
            if (in.readBoolean()) {
                part.powerMaxMilliwatts = read(in);
                part.powerMinMilliwatts = read(in);
            }
            part.rampMaxMilliwattsPerSecond = read(in);
            part.samples = (int) read(in);
            part.flags = (int) read(in);
            part.lastOffset = read(in);
            for (long runs = read(in); runs > 0; runs--) {
                String run = in.readUTF();
                EnergyBuckets energy = new EnergyBuckets(read(in), read(in), read(in));
                part.byRun.put(run, new Amount(energy, read(in), read(in)));
            }
        }
        return edges;
    }

    private static void write(DataOutputStream out, long value) throws IOException {
        long zigZag = (value << 1) ^ (value >> 63);
        while ((zigZag & ~0x7FL) != 0) {
            out.writeByte((int) ((zigZag & 0x7F) | 0x80));
            zigZag >>>= 7;
        }
        out.writeByte((int) zigZag);
    }

    private static long read(DataInputStream in) throws IOException {
        long zigZag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.readByte();
            zigZag |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return (zigZag >>> 1) ^ -(zigZag & 1);
            }
        }
        throw new IOException("a number of more than 64 bits");
    }
}
