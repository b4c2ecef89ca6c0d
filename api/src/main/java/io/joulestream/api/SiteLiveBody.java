package io.joulestream.api;

import java.time.Instant;
import java.util.List;

/**
 * What is told of a site to who listens: a state, whole in itself.
 *
 * @param now when it was made
 * @param lastDataAt end of the last minute with data; null when there is none
 * @param runs those that used energy there lately, the greatest first
 * @param moreRuns how many of them are left out
 */
record SiteLiveBody(
        String site, Instant now, Instant lastDataAt, LiveBody live, List<LiveRunBody> runs, int moreRuns) {}
