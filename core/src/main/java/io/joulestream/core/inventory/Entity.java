package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * One device or meter of a site.
 *
 * @param id path under the site, such as {@code meter/MDB-1} or {@code node-a01/gpu0}
 * @param parentId the entity whose meter also sees this load; null at the top
 * @param ownerId the entity whose frames carry these readings; itself for most
 * @param nameplateMilliwatts the most it can draw, deliver or (for heat) carry; 0 when it has no power or energy channel
 *     and none was given
 * @param accuracyClassPercent class of the meter, relative; null when unknown
 * @param ctClassPercent class of its current transformers, relative; null when unknown or none
 * @param renewable only ever true for {@link Role#ONSITE_GEN}
 * @param water set for {@link Role#WATER_IN}, else null
 * @param allocationKey set for {@link Role#NETWORK} and {@link Role#STORAGE_IT}, else null
 * @param channels each metric at most once, in the order of the file
 */
public record Entity(
        String id,
        EntityKind kind,
        Role role,
        String parentId,
        String ownerId,
        long nameplateMilliwatts,
        BigDecimal accuracyClassPercent,
        BigDecimal ctClassPercent,
        boolean renewable,
        WaterKind water,
        AllocationKey allocationKey,
        List<Channel> channels) {
    /** The order of trust among registers and gauges of one electrical entity, best first. */
    private static final List<Metric> ELECTRICAL = List.of(
            Metric.METER_ENERGY_ACTIVE,
            Metric.NODE_ENERGY,
            Metric.GPU_ENERGY,
            Metric.METER_POWER_ACTIVE,
            Metric.NODE_POWER,
            Metric.GPU_POWER);

    private static final List<Metric> OF_A_CPU =
            List.of(Metric.CPU_PACKAGE_ENERGY, Metric.METER_ENERGY_ACTIVE, Metric.METER_POWER_ACTIVE);
    private static final List<Metric> LEVEL = List.of(Metric.STORAGE_SOC);
    private static final List<Metric> THERMAL = List.of(Metric.COOL_HEAT_ENERGY, Metric.COOL_HEAT);

    public Entity {
        requireNonNull(id, "id");
        requireNonNull(kind, "kind");
        requireNonNull(role, "role");
        requireNonNull(ownerId, "ownerId");
        channels = List.copyOf(channels);
    }

    /** The channel of one metric; empty when the entity does not have it. */
    public Optional<Channel> channel(Metric metric) {
        for (Channel channel : channels) {
            if (channel.metric() == metric) {
                return Optional.of(channel);
            }
        }
        return Optional.empty();
    }

    /**
     * The channel of record for this entity's energy: a register before a gauge; heat for thermal roles, electricity for
     * all others. For {@link Role#STORAGE_SOC} it is the level, whose change is the energy. Empty when there is none: fuel
     * and water are no flow of energy.
     */
    public Optional<Channel> energyChannel() {
        for (Metric metric : byTrust()) {
            Optional<Channel> channel = channel(metric);
            if (channel.isPresent()) {
                return channel;
            }
        }
        return Optional.empty();
    }

    private List<Metric> byTrust() {
        if (role == Role.STORAGE_SOC) {
            return LEVEL;
        }
        return role.isThermal() ? THERMAL : kind == EntityKind.CPU ? OF_A_CPU : ELECTRICAL;
    }

    /** By how much the entity counts in its role's coverage: nameplate watts, at least 1, which a level without one has. */
    public long weightWatts() {
        return Math.max(1, nameplateMilliwatts / 1_000);
    }

    /** Whether this entity's frames are its own. */
    public boolean ownsItself() {
        return ownerId.equals(id);
    }

    /** The same device under another identity, sharing everything else. */
    Entity as(String id, String parentId, String ownerId) {
        return new Entity(
                id,
                kind,
                role,
                parentId,
                ownerId,
                nameplateMilliwatts,
                accuracyClassPercent,
                ctClassPercent,
                renewable,
                water,
                allocationKey,
                channels);
    }
}
