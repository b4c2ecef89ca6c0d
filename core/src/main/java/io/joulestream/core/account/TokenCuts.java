package io.joulestream.core.account;

import io.joulestream.core.account.RunReport.StepReport;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/** The tokens of a training step cut into minutes by floors of their cumulative count, so that pieces add up. */
public final class TokenCuts {
    private TokenCuts() {}

    /** Tokens per minute (since the epoch). A step without length belongs to the minute of its end. */
    public static Map<Long, Long> byMinute(StepReport step) {
        Map<Long, Long> tokens = new TreeMap<>();
        long start = step.fromMillis();
        if (start >= step.toMillis()) {
            tokens.put(Math.floorDiv(step.toMillis(), 60_000L), step.tokens());
            return tokens;
        }
        while (start < step.toMillis()) {
            long minute = Math.floorDiv(start, 60_000L);
            long end = Math.min(step.toMillis(), (minute + 1) * 60_000L);
            tokens.put(minute, cumulative(step, end) - cumulative(step, start));
            start = end;
        }
        return tokens;
    }

    private static long cumulative(StepReport step, long atMillis) {
        return BigInteger.valueOf(step.tokens())
                .multiply(BigInteger.valueOf(atMillis - step.fromMillis()))
                .divide(BigInteger.valueOf(step.toMillis() - step.fromMillis()))
                .longValueExact();
    }
}
