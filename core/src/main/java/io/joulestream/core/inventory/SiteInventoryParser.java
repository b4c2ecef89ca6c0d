package io.joulestream.core.inventory;

/** Reads a site file. */
public final class SiteInventoryParser {
    private SiteInventoryParser() {}

    /** Reads and checks a whole site file. */
    public static InventoryResult parse(String yaml) {
        throw new UnsupportedOperationException("the parser follows in the next commit");
    }
}
