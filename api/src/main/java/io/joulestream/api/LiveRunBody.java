package io.joulestream.api;

import java.time.Instant;

/**
 * A run that a site works for now.
 *
 * @param startedAt when it was first seen allocated; null while it was not
 * @param endedAt when last, exclusive; moves while the run goes on
 * @param tokens processed since it began; null when none were reported
 * @param joulesPerToken of the whole run until now, at all its sites
 */
record LiveRunBody(String run, Instant startedAt, Instant endedAt, Long tokens, FigureBody joulesPerToken) {}
