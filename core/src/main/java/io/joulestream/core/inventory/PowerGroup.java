package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

/**
 * The lowest meter at an IT measuring place with everything below it: the unit in which node energy is shared among runs.
 *
 * @param id the id of the entity at its head
 * @param metered false when inventory knows no such meter above it, so that only its GPUs tell what it draws
 */
public record PowerGroup(String id, boolean metered) {
    public PowerGroup {
        requireNonNull(id, "id");
    }
}
