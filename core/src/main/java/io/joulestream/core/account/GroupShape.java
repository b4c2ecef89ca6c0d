package io.joulestream.core.account;

/**
 * What inventory says of a power group.
 *
 * @param metric number of its meter's channel of record
 * @param gpus how many GPUs it has
 * @param nodes how many nodes it has
 * @param own whether the meter is that of one node, or of a load without nodes: who holds it holds the group
 */
public record GroupShape(int metric, int gpus, int nodes, boolean own) {}
