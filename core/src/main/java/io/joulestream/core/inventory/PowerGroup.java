package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

/**
 * A meter at the site's IT measuring place with everything below it: the unit in which node energy is shared among runs.
 *
 * @param id the id of the entity at its head
 * @param metered false when inventory knows no meter at the IT measuring place for it, so that its energy must be modelled
 */
public record PowerGroup(String id, boolean metered) {
    public PowerGroup {
        requireNonNull(id, "id");
    }
}
