package io.joulestream.api;

import java.util.List;

/**
 * The answer of {@code /v1/runs}.
 *
 * @param runs newest first, without their meters
 * @param nextCursor where the next page begins; null on the last
 */
record RunsBody(List<RunLineBody> runs, String nextCursor) {}
