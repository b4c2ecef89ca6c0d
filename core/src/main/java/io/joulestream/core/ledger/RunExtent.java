package io.joulestream.core.ledger;

import java.time.Instant;

/**
 * From when to when a run was seen allocated at a site: the union of all assertions so far.
 *
 * @param startedAt earliest asserted instant
 * @param endedAt latest asserted instant, exclusive; moves while the run goes on
 */
public record RunExtent(
        String tenant, String site, String run, Instant startedAt, Instant endedAt, int generation, long revision)
        implements Revised {}
