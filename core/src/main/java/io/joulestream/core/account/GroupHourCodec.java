package io.joulestream.core.account;

import io.joulestream.core.energy.Amount;
import io.joulestream.core.energy.AmountCodec;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bytes of a power group's hour, for a state backend. Names of runs are written once, and minutes in a row that know
 * the same only once: an allocation told for a month costs some bytes an hour. What is unpublished is not part of them:
 * publish first.
 */
public final class GroupHourCodec {
    /** Version 1 knew nothing of late changes. */
    private static final int OLDEST_VERSION = 1;

    private static final int VERSION = 2;

    /** What a minute's bits say. */
    private static final int OWN = 1;

    private static final int LATE = 2;

    private GroupHourCodec() {}

    public static byte[] encode(GroupHourBook book) {
        StateOutput out = new StateOutput(VERSION);
        List<String> names = new ArrayList<>(namesIn(book));
        out.writeNumber(names.size());
        names.forEach(out::writeText);
        Map<String, Integer> indices = new TreeMap<>();
        names.forEach(name -> indices.put(name, indices.size()));
        List<Long> starts = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        group(book, starts, lengths);
        out.writeNumber(starts.size());
        for (int i = 0; i < starts.size(); i++) {
            out.writeNumber(starts.get(i));
            out.writeNumber(lengths.get(i));
            write(out, book.minutes.get(starts.get(i)), indices);
        }
        return out.toBytes();
    }

    private static TreeSet<String> namesIn(GroupHourBook book) {
        TreeSet<String> names = new TreeSet<>();
        for (GroupMinute minute : book.minutes.values()) {
            names.addAll(minute.meter.keySet());
            names.addAll(minute.gpus.keySet());
            names.addAll(minute.gpusHeld.keySet());
            names.addAll(minute.nodesHeld.keySet());
        }
        return names;
    }

    private static void group(GroupHourBook book, List<Long> starts, List<Integer> lengths) {
        for (Map.Entry<Long, GroupMinute> minute : book.minutes.entrySet()) {
            int last = starts.size() - 1;
            boolean follows = last >= 0
                    && starts.get(last) + lengths.get(last) == minute.getKey()
                    && book.minutes.get(starts.get(last)).knowsTheSame(minute.getValue());
            if (follows) {
                lengths.set(last, lengths.get(last) + 1);
            } else {
                starts.add(minute.getKey());
                lengths.add(1);
            }
        }
    }

    private static void write(StateOutput out, GroupMinute minute, Map<String, Integer> names) {
        out.writeNumber(minute.shape.metric());
        out.writeNumber(minute.shape.gpus());
        out.writeNumber(minute.shape.nodes());
        out.writeBits((minute.shape.own() ? OWN : 0) | (minute.late ? LATE : 0));
        out.writeNumber(minute.changes);
        for (Map<String, Amount> amounts : List.of(minute.meter, minute.gpus)) {
            out.writeNumber(amounts.size());
            amounts.forEach((run, amount) -> {
                out.writeNumber(names.get(run));
                AmountCodec.write(out, amount);
            });
        }
        for (Map<String, NavigableMap<Integer, Integer>> held : List.of(minute.gpusHeld, minute.nodesHeld)) {
            out.writeNumber(held.size());
            held.forEach((run, steps) -> {
                out.writeNumber(names.get(run));
                out.writeNumber(steps.size());
                steps.forEach((at, devices) -> {
                    out.writeNumber(at);
                    out.writeNumber(devices);
                });
            });
        }
    }

    /** @param hour UTC hours since the epoch */
    public static GroupHourBook decode(long hour, byte[] bytes) {
        StateInput in = new StateInput(bytes, "group hour", OLDEST_VERSION, VERSION);
        GroupHourBook book = new GroupHourBook(hour);
        List<String> names = new ArrayList<>();
        for (long left = in.readNumber(); left > 0; left--) {
            names.add(in.readText());
        }
        for (long left = in.readNumber(); left > 0; left--) {
            long start = in.readNumber();
            long length = in.readNumber();
            GroupMinute minute = read(in, names);
            book.minutes.put(start, minute);
            for (long at = start + 1; at < start + length; at++) {
                book.minutes.put(at, minute.copy());
            }
        }
        return book;
    }

    private static GroupMinute read(StateInput in, List<String> names) {
        GroupMinute minute = new GroupMinute();
        int metric = in.readInt();
        int gpus = in.readInt();
        int nodes = in.readInt();
        int bits = in.readBits();
        minute.shape = new GroupShape(metric, gpus, nodes, (bits & OWN) != 0);
        minute.late = (bits & LATE) != 0;
        minute.changes = in.readNumber();
        for (NavigableMap<String, Amount> amounts : List.of(minute.meter, minute.gpus)) {
            for (long left = in.readNumber(); left > 0; left--) {
                String run = names.get(in.readInt());
                amounts.put(run, AmountCodec.readAmount(in));
            }
        }
        for (NavigableMap<String, NavigableMap<Integer, Integer>> held : List.of(minute.gpusHeld, minute.nodesHeld)) {
            for (long left = in.readNumber(); left > 0; left--) {
                NavigableMap<Integer, Integer> steps = new TreeMap<>();
                held.put(names.get(in.readInt()), steps);
                for (long edges = in.readNumber(); edges > 0; edges--) {
                    steps.put(in.readInt(), in.readInt());
                }
            }
        }
        return minute;
    }
}
