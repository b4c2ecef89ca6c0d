package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What an entity's energy counts as in the balance of its site: alike entities that are fed alike are one part.
 *
 * @param load {@link #GROUP}, {@link #GPU}, {@link #UNALLOCATED}, or the name of a {@link Role} for what is in no power
 *     group
 * @param kind what it is; null for the three
 * @param fedBy role of the nearest meter above; null where there is none, and for GPUs and what nobody holds
 */
public record EnergyPart(String load, EntityKind kind, Role fedBy) {
    /** Energy of power groups: that of their meters, or of their GPUs where they have none. */
    public static final String GROUP = "GROUP";
    /** Energy of GPUs in power groups, once more: it is within the groups'. */
    public static final String GPU = "GPU";
    /** Energy of power groups that no run held, once more. */
    public static final String UNALLOCATED = "UNALLOCATED";

    public EnergyPart {
        requireNonNull(load, "load");
    }

    public static EnergyPart group(Role fedBy) {
        return new EnergyPart(GROUP, null, fedBy);
    }

    public static EnergyPart gpu() {
        return new EnergyPart(GPU, null, null);
    }

    public static EnergyPart unallocated() {
        return new EnergyPart(UNALLOCATED, null, null);
    }

    /** The role; empty for groups, GPUs and what nobody holds. */
    public Optional<Role> role() {
        return load.equals(GROUP) || load.equals(GPU) || load.equals(UNALLOCATED)
                ? Optional.empty()
                : Optional.of(Role.valueOf(load));
    }

    /** As it is kept in rows: {@code load/kind/fedBy}, empty where null. */
    public String text() {
        return load + "/" + (kind == null ? "" : kind) + "/" + (fedBy == null ? "" : fedBy);
    }

    /** @throws IllegalArgumentException when the text is not one that {@link #text} makes */
    public static EnergyPart parse(String text) {
        String[] fields = text.split("/", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException("an energy part is load/kind/fedBy, was '" + text + "'");
        }
        EnergyPart part = new EnergyPart(
                fields[0],
                fields[1].isEmpty() ? null : EntityKind.valueOf(fields[1]),
                fields[2].isEmpty() ? null : Role.valueOf(fields[2]));
        part.role();
        return part;
    }
}
