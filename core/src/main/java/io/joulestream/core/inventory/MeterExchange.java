package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.time.Instant;

/**
 * One meter in the place of another. Both readings are as the registers showed them, in the channel's unit of resolution.
 *
 * @param at readings from this instant on are of the new meter
 * @param oldFinal what the old register showed then
 * @param newInitial what the new register showed then
 */
public record MeterExchange(Instant at, BigInteger oldFinal, BigInteger newInitial) {
    public MeterExchange {
        requireNonNull(at, "at");
        if (oldFinal.signum() < 0 || newInitial.signum() < 0) {
            throw new IllegalArgumentException("a register is not negative, was " + oldFinal + " and " + newInitial);
        }
    }
}
