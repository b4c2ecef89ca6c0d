package io.joulestream.core.account;

import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.energy.AmountCodec;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sums of the parts of one site's balance in one UTC hour, per ledger step.
 *
 * <p>Not thread-safe.
 */
public final class SitePartBook {
    private static final int VERSION = 1;

    final NavigableMap<PartStep, Sum> sums = new TreeMap<>();
    /** Rows that changed since they were last given out; not part of the book's bytes. */
    private final Set<PartStep> unpublished = new TreeSet<>();

    /** @param start first minute of the step, since the epoch */
    record PartStep(String part, long start) implements Comparable<PartStep> {
        @Override
        public int compareTo(PartStep other) {
            int byPart = part.compareTo(other.part);
            return byPart != 0 ? byPart : Long.compare(start, other.start);
        }
    }

    /** The UTC hour, since the epoch, that a difference belongs to. */
    public static long hourOf(PartDifference difference) {
        return Steps.hourOf(difference.minute());
    }

    public void add(PartDifference difference, int ledgerStepSeconds) {
        PartStep key = new PartStep(difference.part(), Steps.stepStart(difference.minute(), ledgerStepSeconds));
        Sum more = new Sum(
                difference.energy(),
                difference.coveredWattMillis(),
                difference.accountedWattMillis(),
                0,
                difference.changes());
        sums.merge(key, more, Sum::plus);
        unpublished.add(key);
    }

    /** The ledger steps that changed since the last call. */
    public List<SitePart> publish(String tenant, String site, int generation, int ledgerStepSeconds) {
        List<SitePart> rows = new ArrayList<>();
        for (PartStep key : unpublished) {
            Sum sum = sums.get(key);
            rows.add(new SitePart(
                    tenant,
                    site,
                    key.part(),
                    Instant.ofEpochSecond(key.start() * 60),
                    ledgerStepSeconds,
                    sum.energy(),
                    sum.covered(),
                    sum.accounted(),
                    generation,
                    sum.changes()));
        }
        unpublished.clear();
        return rows;
    }

    /** For a state backend. What is unpublished is not part of it: publish first. */
    public byte[] encode() {
        StateOutput out = new StateOutput(VERSION);
        out.writeNumber(sums.size());
        for (Map.Entry<PartStep, Sum> sum : sums.entrySet()) {
            out.writeText(sum.getKey().part());
            out.writeNumber(sum.getKey().start());
            AmountCodec.write(out, sum.getValue().energy());
            out.writeNumber(sum.getValue().covered());
            out.writeNumber(sum.getValue().accounted());
            out.writeNumber(sum.getValue().changes());
        }
        return out.toBytes();
    }

    public static SitePartBook decode(byte[] bytes) {
        StateInput in = new StateInput(bytes, "site parts", VERSION);
        SitePartBook book = new SitePartBook();
        for (long left = in.readNumber(); left > 0; left--) {
            PartStep key = new PartStep(in.readText(), in.readNumber());
            EnergyBuckets energy = AmountCodec.readEnergy(in);
            book.sums.put(key, new Sum(energy, in.readNumber(), in.readNumber(), 0, in.readNumber()));
        }
        return book;
    }
}
