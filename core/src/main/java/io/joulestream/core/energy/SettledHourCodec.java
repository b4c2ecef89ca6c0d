package io.joulestream.core.energy;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bytes of a {@link SettledHour}. The usual minute, measured from end to end and of the run of the minute before, takes
 * one byte and its energy.
 */
final class SettledHourCodec {
    private static final int VERSION = 1;

    /** What a minute's first byte says. */
    private static final int NEXT_MINUTE = 1;

    private static final int SAME_RUN_ALONE = 2;
    private static final int MEASURED_WHOLE = 4;

    private SettledHourCodec() {}

    static byte[] encode(SettledHour hour) {
        StateOutput out = new StateOutput(VERSION);
        List<String> runs = runsOf(hour);
        out.writeNumber(runs.size());
        runs.forEach(out::writeText);
        out.writeNumber(hour.amounts.size());
        hour.amounts.forEach((channel, minutes) -> {
            out.writeText(channel.entity());
            out.writeNumber(channel.metric());
            out.writeNumber(minutes.size());
            long previous = 0;
            String run = "";
            for (Map.Entry<Long, NavigableMap<String, Amount>> minute : minutes.entrySet()) {
                write(out, minute.getKey() - previous, minute.getValue(), run, runs);
                previous = minute.getKey();
                run = minute.getValue().isEmpty() ? run : minute.getValue().lastKey();
            }
        });
        return out.toBytes();
    }

    private static List<String> runsOf(SettledHour hour) {
        TreeSet<String> runs = new TreeSet<>();
        hour.amounts.values().forEach(minutes -> minutes.values().forEach(byRun -> runs.addAll(byRun.keySet())));
        return new ArrayList<>(runs);
    }

    private static void write(
            StateOutput out, long step, NavigableMap<String, Amount> byRun, String runBefore, List<String> runs) {
        boolean sameRun = byRun.size() == 1 && byRun.containsKey(runBefore);
        boolean whole = byRun.values().stream().allMatch(SettledHourCodec::isMeasuredWhole);
        out.writeBits((step == 1 ? NEXT_MINUTE : 0) | (sameRun ? SAME_RUN_ALONE : 0) | (whole ? MEASURED_WHOLE : 0));
        if (step != 1) {
            out.writeNumber(step);
        }
        if (!sameRun) {
            out.writeNumber(byRun.size());
        }
        byRun.forEach((run, amount) -> {
            if (!sameRun) {
                out.writeNumber(runs.indexOf(run));
            }
            if (whole) {
                out.writeNumber(amount.energy().measuredMicrojoules());
            } else {
                AmountCodec.write(out, amount);
            }
        });
    }

    private static boolean isMeasuredWhole(Amount amount) {
        return amount.energy().bridgedMicrojoules() == 0
                && amount.energy().estimatedMicrojoules() == 0
                && amount.coveredMillis() == Minutes.MILLIS
                && amount.accountedMillis() == Minutes.MILLIS;
    }

    private static Amount measuredWhole(long microjoules) {
        return new Amount(new EnergyBuckets(microjoules, 0, 0), Minutes.MILLIS, Minutes.MILLIS);
    }

    static SettledHour decode(byte[] bytes) {
        StateInput in = new StateInput(bytes, "settled hour", VERSION);
        List<String> runs = new ArrayList<>();
        for (long left = in.readNumber(); left > 0; left--) {
            runs.add(in.readText());
        }
        SettledHour hour = new SettledHour();
        for (long left = in.readNumber(); left > 0; left--) {
            ChannelId channel = new ChannelId(in.readText(), in.readInt());
            NavigableMap<Long, NavigableMap<String, Amount>> minutes = new TreeMap<>();
            hour.amounts.put(channel, minutes);
            long minute = 0;
            String run = "";
            for (long some = in.readNumber(); some > 0; some--) {
                int bits = in.readBits();
                minute += (bits & NEXT_MINUTE) != 0 ? 1 : in.readNumber();
                NavigableMap<String, Amount> byRun = readAmounts(in, bits, run, runs);
                minutes.put(minute, byRun);
                run = byRun.isEmpty() ? run : byRun.lastKey();
            }
        }
        return hour;
    }

    private static NavigableMap<String, Amount> readAmounts(
            StateInput in, int bits, String runBefore, List<String> runs) {
        boolean sameRun = (bits & SAME_RUN_ALONE) != 0;
        boolean whole = (bits & MEASURED_WHOLE) != 0;
        NavigableMap<String, Amount> byRun = new TreeMap<>();
        for (long left = sameRun ? 1 : in.readNumber(); left > 0; left--) {
            String run = sameRun ? runBefore : runs.get(in.readInt());
            byRun.put(run, whole ? measuredWhole(in.readNumber()) : AmountCodec.readAmount(in));
        }
        return byRun;
    }
}
