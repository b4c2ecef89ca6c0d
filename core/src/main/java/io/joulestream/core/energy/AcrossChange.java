package io.joulestream.core.energy;

import static java.math.BigInteger.ZERO;

import io.joulestream.core.energy.JoinedSegment.Piece;
import io.joulestream.core.ledger.LedgerFlag;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The energy between two readings of a counter between which its register changed.
 *
 * <p>Across exchanges it is what the old register still counted, what each one in between counted, and what the new one
 * has counted, each over its own time: exact. Across one new ratio the register's advance is worth {@code next - base} in
 * the old unit before the change and in the new one after it, each by the share of time. A new ratio and another change
 * between the same two readings cannot be told apart: a break.
 */
final class AcrossChange {
    private final Reading base;
    private final Reading next;
    private final LongFunction<ChannelRule> ruleAt;

    AcrossChange(Reading base, Reading next, LongFunction<ChannelRule> ruleAt) {
        this.base = base;
        this.next = next;
        this.ruleAt = ruleAt;
    }

    /** Null when implausible. */
    EnergyCurve advance(List<RegisterChange> changes) {
        if (changes.stream().allMatch(RegisterChange::isExchange)) {
            return acrossExchanges(changes);
        }
        return changes.size() == 1 ? acrossRatio(changes.get(0)) : null;
    }

    private EnergyCurve acrossExchanges(List<RegisterChange> exchanges) {
        List<Piece> pieces = new ArrayList<>();
        BigInteger total = ZERO;
        BigInteger from = base.registerMicrojoules();
        long since = base.atMillis();
        for (RegisterChange exchange : exchanges) {
            BigInteger counted = counted(
                    from, exchange.oldFinalMicrojoules(), exchange.atMillis() - since, rule(exchange.atMillis() - 1));
            if (counted == null) {
                return null;
            }
            pieces.add(Piece.whole(CounterSegment.of(counted, exchange.atMillis() - since)));
            total = total.add(counted);
            from = exchange.newInitialMicrojoules();
            since = exchange.atMillis();
        }
        BigInteger counted = counted(from, next.registerMicrojoules(), next.atMillis() - since, rule(next.atMillis()));
        if (counted == null) {
            return null;
        }
        if (since < next.atMillis()) {
            pieces.add(Piece.whole(CounterSegment.of(counted, next.atMillis() - since)));
        } else if (counted.signum() > 0) {
            return null; // the new register cannot have counted in no time: the told reading is not this one
        }
        return JoinedSegment.of(pieces, total.add(counted), LedgerFlag.METER_EXCHANGED.mask());
    }

    private BigInteger counted(BigInteger from, BigInteger to, long millis, ChannelRule rule) {
        BigInteger counted = to.subtract(from);
        if (counted.signum() < 0) {
            counted = counted.add(rule.modulusMicrojoules());
        }
        return counted.signum() >= 0 && rule.mayAdvanceBy(counted, millis) ? counted : null;
    }

    private EnergyCurve acrossRatio(RegisterChange change) {
        long millis = next.atMillis() - base.atMillis();
        long cut = change.atMillis() - base.atMillis();
        ChannelRule before = rule(change.atMillis() - 1);
        ChannelRule after = rule(next.atMillis());
        BigInteger old = advanced(
                base.registerMicrojoules(), change.toOld(next.registerMicrojoules()), change.roundingBefore(), before);
        BigInteger now = advanced(
                change.toNew(base.registerMicrojoules()), next.registerMicrojoules(), change.roundingAfter(), after);
        if (old == null || now == null || !before.mayAdvanceBy(old, millis) || !after.mayAdvanceBy(now, millis)) {
            return null;
        }
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(CounterSegment.of(old, millis), 0, cut));
        if (cut < millis) {
            pieces.add(new Piece(CounterSegment.of(now, millis), cut, millis));
        }
        BigInteger total = share(old, cut, millis).add(now.subtract(share(now, cut, millis)));
        return JoinedSegment.of(pieces, total, LedgerFlag.RATIO_CHANGED.mask());
    }

    /** Null for a fall that neither rounding nor the register's rollover explains. */
    private static BigInteger advanced(BigInteger from, BigInteger to, BigInteger rounding, ChannelRule rule) {
        BigInteger advance = to.subtract(from);
        if (advance.signum() < 0 && advance.add(rounding).signum() >= 0) {
            return ZERO;
        }
        if (advance.signum() < 0) {
            advance = advance.add(rule.modulusMicrojoules());
        }
        return advance.signum() < 0 ? null : advance;
    }

    private static BigInteger share(BigInteger microjoules, long cutMillis, long millis) {
        return ExactMath.floorDivide(microjoules.multiply(BigInteger.valueOf(cutMillis)), BigInteger.valueOf(millis));
    }

    private ChannelRule rule(long atMillis) {
        return ruleAt.apply(atMillis);
    }
}
