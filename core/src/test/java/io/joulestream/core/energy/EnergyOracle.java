package io.joulestream.core.energy;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.ZERO;
import static java.math.BigInteger.valueOf;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The energy of one channel by the words of the method alone, from all that was ever read, in whole numbers of any size.
 * It forgets nothing, folds nothing, knows no order of arrival and shares no code with the ledger that it judges.
 */
record EnergyOracle(List<Terms> terms, List<Claim> claims, long claimGapMillis) {
    enum Kind {
        COUNTER,
        INSTANT,
        AVERAGED
    }

    /** What holds for readings from an instant on. Counters in microjoules, power in milliwatts, times in milliseconds. */
    record Terms(
            long since,
            Kind kind,
            long maxGap,
            long interpolate,
            long nameplate,
            long jitter,
            long resolution,
            BigInteger modulus) {}

    record Sample(long at, BigInteger value, boolean correction, long session, long sequence) {}

    /** A run (empty: none) held the entity in {@code [since, until)}. */
    record Claim(long since, long until, String run) {}

    /**
     * @param cells by "minute|run": measured, bridged and estimated microjoules, covered and accounted milliseconds
     * @param contested minutes to whose energy two runs laid claim at once
     */
    record Answer(
            Map<String, BigInteger[]> cells, List<Long> refused, TreeSet<Long> instants, TreeSet<Long> contested) {}

    private static final int MEASURED = 0;
    private static final int BRIDGED = 1;
    private static final int ESTIMATED = 2;

    Answer answer(List<Sample> samples) {
        List<Sample> held = held(samples);
        Answer answer = new Answer(new TreeMap<>(), new ArrayList<>(), new TreeSet<>(), new TreeSet<>());
        held.forEach(sample -> answer.instants.add(sample.at));
        if (!held.isEmpty() && at(held.get(0).at).kind == Kind.COUNTER) {
            count(held, answer);
        } else {
            for (int i = 1; i < held.size(); i++) {
                integrate(held.get(i - 1), held.get(i), answer);
            }
        }
        answer.cells.values().removeIf(cell -> List.of(cell).stream().allMatch(ZERO::equals));
        return answer;
    }

    /** Of several values for one instant the greatest (correction, session, sequence, value). */
    private static List<Sample> held(List<Sample> samples) {
        Map<Long, Sample> byInstant = new TreeMap<>();
        for (Sample sample : samples) {
            byInstant.merge(sample.at, sample, (a, b) -> {
                int order = Boolean.compare(a.correction, b.correction);
                order = order != 0 ? order : Long.compare(a.session, b.session);
                order = order != 0 ? order : Long.compare(a.sequence, b.sequence);
                return (order != 0 ? order : a.value.compareTo(b.value)) >= 0 ? a : b;
            });
        }
        return List.copyOf(byInstant.values());
    }

    private Terms at(long instant) {
        Terms found = terms.get(0);
        for (Terms some : terms) {
            found = some.since <= instant ? some : found;
        }
        return found;
    }

    /** Trapezoid (a mean over the time before: rectangle) up to the max gap, a straight line over a longer one. */
    private void integrate(Sample from, Sample to, Answer answer) {
        long length = to.at - from.at;
        Terms now = at(to.at);
        if (length > now.maxGap && length > now.interpolate) {
            return;
        }
        boolean measured = length <= now.maxGap;
        BigInteger p = measured && now.kind == Kind.AVERAGED ? to.value : from.value;
        BigInteger twice = to.value.subtract(p); // of the slope times the length, so that all stays whole
        cut(
                from.at,
                to.at,
                measured ? MEASURED : ESTIMATED,
                answer,
                t -> floor(
                        p.multiply(valueOf(2 * length))
                                .multiply(t)
                                .add(twice.multiply(t).multiply(t)),
                        valueOf(2 * length)));
    }

    private interface Cumulative {
        BigInteger until(BigInteger offsetMillis);
    }

    private void count(List<Sample> held, Answer answer) {
        int base = 0;
        int before = -1;
        for (int i = 1; i < held.size(); i++) {
            BigInteger delta = delta(held.get(base), held.get(i));
            long gap = held.get(i).at - held.get(base).at;
            int bucket = gap <= at(held.get(i).at).maxGap ? MEASURED : BRIDGED;
            if (delta == null) {
                if (i + 1 == held.size() || delta(held.get(i), held.get(i + 1)) == null) {
                    answer.refused.add(held.get(i).at);
                    continue; // the old base stays
                }
                delta = estimate(held, before, base, i);
                bucket = ESTIMATED;
            }
            if (delta != null) {
                BigInteger whole = delta;
                cut(held.get(base).at, held.get(i).at, bucket, answer, t -> floor(whole.multiply(t), valueOf(gap)));
            }
            before = base;
            base = i;
        }
    }

    /** What the register advanced by, through its rollover if need be; null when that is more than it may. */
    private BigInteger delta(Sample from, Sample to) {
        Terms now = at(to.at);
        BigInteger delta = to.value.subtract(from.value);
        delta = delta.signum() < 0 ? delta.add(now.modulus) : delta;
        return delta.signum() >= 0 && mayAdvance(now, delta, to.at - from.at) ? delta : null;
    }

    /** At most 1.05 x nameplate x (time + jitter) + 2 x resolution. */
    private static boolean mayAdvance(Terms now, BigInteger delta, long millis) {
        BigInteger limit = valueOf(now.nameplate)
                .multiply(valueOf(105))
                .multiply(valueOf(millis + now.jitter))
                .add(valueOf(now.resolution).multiply(valueOf(200)));
        return now.nameplate == 0 || delta.multiply(valueOf(100)).compareTo(limit) <= 0;
    }

    /**
     * Across a break: the mean of the powers of the accepted pairs beside it, of max gap at most, times the gap; of a
     * register that began again (it fell, and could have counted what it shows) at least what it shows. Null: nothing.
     */
    private BigInteger estimate(List<Sample> held, int before, int base, int next) {
        BigInteger numerator = ZERO; // of the sum of powers, as one fraction
        BigInteger denominator = ONE;
        int pairs = 0;
        for (int[] pair : new int[][] {{before, base}, {next, next + 1}}) {
            if (pair[0] >= 0) {
                Sample from = held.get(pair[0]);
                Sample to = held.get(pair[1]);
                BigInteger delta = delta(from, to);
                if (delta != null && to.at - from.at <= at(to.at).maxGap) {
                    numerator = numerator.multiply(valueOf(to.at - from.at)).add(delta.multiply(denominator));
                    denominator = denominator.multiply(valueOf(to.at - from.at));
                    pairs++;
                }
            }
        }
        Sample first = held.get(next);
        long gap = first.at - held.get(base).at;
        boolean again = first.value.compareTo(held.get(base).value) < 0 && mayAdvance(at(first.at), first.value, gap);
        BigInteger mean =
                pairs == 0 ? null : floor(numerator.multiply(valueOf(gap)), denominator.multiply(valueOf(pairs)));
        return !again ? mean : mean == null ? first.value : mean.max(first.value);
    }

    /** Cuts a segment at minutes and claims: each piece is a difference of two floors, so pieces add up. */
    private void cut(long from, long to, int bucket, Answer answer, Cumulative cumulative) {
        TreeSet<Long> edges = new TreeSet<>(List.of(from, to));
        for (long edge = Math.floorDiv(from, 60_000) * 60_000; edge < to; edge += 60_000) {
            edges.add(edge);
        }
        for (Claim claim : claims) {
            for (long edge : new long[] {claim.since, claim.until}) {
                if (from < edge && edge < to) {
                    edges.add(edge);
                }
            }
        }
        for (long start = from; start < to; start = edges.higher(start)) {
            long end = edges.higher(start);
            if (runsClaiming(start) > 1) {
                answer.contested.add(Math.floorDiv(start, 60_000));
            }
            BigInteger[] cell = answer.cells.computeIfAbsent(Math.floorDiv(start, 60_000) + "|" + runAt(start), key ->
                    new BigInteger[] {ZERO, ZERO, ZERO, ZERO, ZERO});
            cell[bucket] = cell[bucket]
                    .add(cumulative.until(valueOf(end - from)))
                    .subtract(cumulative.until(valueOf(start - from)));
            cell[3] = cell[3].add(valueOf(bucket == MEASURED ? end - start : 0));
            cell[4] = cell[4].add(valueOf(end - start));
        }
    }

    /** The latest to start of those that cover; else the one that reached furthest, if the next starts within the gap. */
    private String runAt(long instant) {
        Claim covering = null;
        Claim reaching = null;
        long next = Long.MAX_VALUE;
        for (Claim claim : claims) {
            if (claim.since > instant) {
                next = Math.min(next, claim.since);
            } else if (claim.until > instant) {
                covering = covering == null || later(claim, covering) ? claim : covering;
            } else if (reaching == null
                    || claim.until > reaching.until
                    || claim.until == reaching.until && later(claim, reaching)) {
                reaching = claim;
            }
        }
        boolean extended = reaching != null && next != Long.MAX_VALUE && next - reaching.until <= claimGapMillis;
        return covering != null ? covering.run : extended ? reaching.run : "";
    }

    private long runsClaiming(long instant) {
        return claims.stream()
                .filter(claim -> claim.since <= instant && instant < claim.until)
                .map(Claim::run)
                .distinct()
                .count();
    }

    private static boolean later(Claim claim, Claim other) {
        return claim.since == other.since ? claim.run.compareTo(other.run) > 0 : claim.since > other.since;
    }

    private static BigInteger floor(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        return parts[1].signum() < 0 ? parts[0].subtract(ONE) : parts[0];
    }
}
