package io.joulestream.core.energy;

import java.util.NavigableMap;

/**
 * What stays of the readings that stood between two kept ones. The minutes between its two edge minutes are complete and
 * published.
 *
 * @param edges what the link brings to the minutes that it shares with its neighbours
 * @param first of a counter, the pair at the link's start: a break right before the link is estimated by it; may be null
 * @param last the pair at the link's end, for a break right after it; may be null
 * @param expired whether it also stands for hours that were dropped for their age, with all holes in them
 */
record FoldedLink(NavigableMap<Long, MinutePart> edges, MeasuredPair first, MeasuredPair last, boolean expired) {}
