package io.joulestream.core.kpi;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.RunExtent;
import io.joulestream.core.ledger.RunStep;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The IT energy of a run between any two instants, in whole microjoules, cut anywhere without losing one.
 *
 * <p>The ledger knows a run's energy by minute. Inside a minute it is taken to be spread evenly over the part of it in which
 * the run was allocated, and a piece is the difference of two floors of the cumulative energy, bucket by bucket, so pieces
 * add up. A piece that does not end on minute edges is therefore wrong by no more than the energy of the minutes at its two
 * ends. Where the minutes of a ledger step are no longer all there, the step itself takes their place. Immutable.
 */
public final class RunCurve {
    /** One row, its time clipped to the run's extent. */
    private record Piece(long fromMillis, long toMillis, EnergyBuckets energy, EnergyTotal before) {
        EnergyTotal cumulative(long atMillis) {
            if (atMillis <= fromMillis) {
                return before;
            }
            long into = Math.min(atMillis, toMillis) - fromMillis;
            return before.plus(new EnergyTotal(
                    floor(energy.measuredMicrojoules(), into),
                    floor(energy.bridgedMicrojoules(), into),
                    floor(energy.estimatedMicrojoules(), into)));
        }

        private BigInteger floor(long microjoules, long intoMillis) {
            BigInteger length = BigInteger.valueOf(toMillis - fromMillis);
            BigInteger[] parts = BigInteger.valueOf(microjoules)
                    .multiply(BigInteger.valueOf(intoMillis))
                    .divideAndRemainder(length);
            return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        }
    }

    /** By site, the pieces by their start. */
    private final List<NavigableMap<Long, Piece>> sites;

    private RunCurve(List<NavigableMap<Long, Piece>> sites) {
        this.sites = Collections.unmodifiableList(sites);
    }

    /**
     * The curve of one run over all its sites.
     *
     * @param ledgerSteps all rows of the run
     * @param minutes those of its minutes that are still stored
     * @param extents when it was allocated at each site; without one the rows are taken as they are
     */
    public static RunCurve of(
            Collection<RunStep> ledgerSteps, Collection<RunStep> minutes, Collection<RunExtent> extents) {
        Map<String, NavigableMap<Instant, RunStep>> minutesBySite = bySite(minutes);
        List<NavigableMap<Long, Piece>> sites = new ArrayList<>();
        bySite(ledgerSteps).forEach((site, steps) -> {
            List<RunStep> rows = finest(steps.values(), minutesBySite.getOrDefault(site, new TreeMap<>()));
            RunExtent extent = extents.stream()
                    .filter(known -> known.site().equals(site))
                    .findFirst()
                    .orElse(null);
            sites.add(pieces(rows, extent));
        });
        return new RunCurve(sites);
    }

    /** The energy in {@code [from, to)}; none where {@code to} is not after {@code from}. */
    public EnergyTotal between(Instant from, Instant to) {
        return between(from.toEpochMilli(), to.toEpochMilli());
    }

    EnergyTotal between(long fromMillis, long toMillis) {
        EnergyTotal sum = EnergyTotal.NONE;
        if (toMillis <= fromMillis) {
            return sum;
        }
        for (NavigableMap<Long, Piece> pieces : sites) {
            sum = sum.plus(minus(cumulative(pieces, toMillis), cumulative(pieces, fromMillis)));
        }
        return sum;
    }

    static EnergyTotal minus(EnergyTotal whole, EnergyTotal part) {
        return new EnergyTotal(
                whole.measuredMicrojoules().subtract(part.measuredMicrojoules()),
                whole.bridgedMicrojoules().subtract(part.bridgedMicrojoules()),
                whole.estimatedMicrojoules().subtract(part.estimatedMicrojoules()));
    }

    private static EnergyTotal cumulative(NavigableMap<Long, Piece> pieces, long atMillis) {
        Map.Entry<Long, Piece> piece = pieces.floorEntry(atMillis);
        return piece == null ? EnergyTotal.NONE : piece.getValue().cumulative(atMillis);
    }

    private static Map<String, NavigableMap<Instant, RunStep>> bySite(Collection<RunStep> rows) {
        Map<String, NavigableMap<Instant, RunStep>> bySite = new TreeMap<>();
        for (RunStep row : rows) {
            bySite.computeIfAbsent(row.site(), site -> new TreeMap<>()).put(row.start(), row);
        }
        return bySite;
    }

    private static List<RunStep> finest(Collection<RunStep> steps, NavigableMap<Instant, RunStep> minutes) {
        List<RunStep> rows = new ArrayList<>();
        for (RunStep step : steps) {
            Collection<RunStep> inside = minutes.subMap(step.start(), end(step)).values();
            EnergyBuckets sum = inside.stream().map(RunStep::energy).reduce(EnergyBuckets.NONE, EnergyBuckets::plus);
            if (!inside.isEmpty() && sum.equals(step.energy())) {
                rows.addAll(inside);
            } else {
                rows.add(step);
            }
        }
        return rows;
    }

    private static NavigableMap<Long, Piece> pieces(List<RunStep> rows, RunExtent extent) {
        NavigableMap<Long, Piece> pieces = new TreeMap<>();
        EnergyTotal before = EnergyTotal.NONE;
        for (RunStep row : rows) {
            long from = row.start().toEpochMilli();
            long to = end(row).toEpochMilli();
            if (extent != null) {
                long first = Math.max(from, extent.startedAt().toEpochMilli());
                long last = Math.min(to, extent.endedAt().toEpochMilli());
                from = first < last ? first : from;
                to = first < last ? last : to;
            }
            pieces.put(from, new Piece(from, to, row.energy(), before));
            before = before.plus(row.energy());
        }
        return pieces;
    }

    private static Instant end(RunStep row) {
        return row.start().plusSeconds(row.lengthSeconds());
    }
}
