package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Which dead letters are asked for.
 *
 * @param withUnattributed also those of records that could not be read far enough to know their tenant
 * @param site null for all
 * @param code null for all
 * @param since by append time, inclusive; null for all
 */
public record DeadLetterFilter(String tenant, boolean withUnattributed, String site, String code, Instant since) {
    public DeadLetterFilter {
        requireNonNull(tenant, "tenant");
    }

    /** All of one tenant. */
    public static DeadLetterFilter of(String tenant) {
        return new DeadLetterFilter(tenant, false, null, null, null);
    }
}
