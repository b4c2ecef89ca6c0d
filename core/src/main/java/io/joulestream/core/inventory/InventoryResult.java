package io.joulestream.core.inventory;

import java.util.List;
import java.util.stream.Collectors;

/** What came of a site file: its inventory, or everything that is wrong with it. Bad input is data, not an exception. */
public sealed interface InventoryResult {
    record Valid(SiteInventory inventory) implements InventoryResult {}

    /** @param problems at least one, in the order of the file */
    record Invalid(List<Problem> problems) implements InventoryResult {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The inventory, where the text is known to be good: stored, published, or made by this program.
     *
     * @throws IllegalArgumentException naming every problem when the file is invalid
     */
    default SiteInventory orElseThrow() {
        if (this instanceof Valid valid) {
            return valid.inventory();
        }
        throw new IllegalArgumentException("the site file is invalid:\n"
                + ((Invalid) this).problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
    }
}
