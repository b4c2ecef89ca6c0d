package io.joulestream.core.energy;

/**
 * One measured quantity of one entity of an owner.
 *
 * @param entity path under the site
 * @param metric number in the metric registry
 */
public record ChannelId(String entity, int metric) implements Comparable<ChannelId> {
    @Override
    public int compareTo(ChannelId other) {
        int byEntity = entity.compareTo(other.entity);
        return byEntity != 0 ? byEntity : Integer.compare(metric, other.metric);
    }
}
