package io.joulestream.core.inventory;

/** Site files for tests: a head, and entities in one line each. */
final class Sites {
    static final String HEAD = """
            site: s
            kind: edge
            zone: Europe/Berlin
            effectiveFrom: 2026-01-01T00:00:00Z
            """;

    private Sites() {}

    /** A valid head of four lines, then {@code itBoundary} on line 5, {@code entities:} on 6, and one entity a line. */
    static String yaml(String itBoundary, String... entities) {
        StringBuilder yaml = new StringBuilder(HEAD);
        yaml.append("itBoundary: ").append(itBoundary).append("\nentities:\n");
        for (String entity : entities) {
            yaml.append("  - { ").append(entity).append(" }\n");
        }
        return yaml.toString();
    }

    static SiteInventory site(String itBoundary, String... entities) {
        return SiteInventoryParser.parse(yaml(itBoundary, entities)).orElseThrow();
    }

    static String node(String id) {
        return "id: \"" + id + "\", kind: NODE, role: NODE_IN, nameplateW: 1000,"
                + " channels: [ { metric: node.power, samplePeriod: PT1S } ]";
    }

    static String gpu(String id, String parent) {
        return "id: \"" + id + "\", kind: GPU, role: GPU, nameplateW: 700, parent: \"" + parent
                + "\", channels: [ { metric: gpu.power, samplePeriod: PT1S } ]";
    }

    static String meter(String id, String role) {
        return "id: \"" + id + "\", kind: METER, role: " + role + ", nameplateW: 9000,"
                + " channels: [ { metric: meter.energy.active, samplePeriod: PT60S } ]";
    }

    static String below(String parent, String entity) {
        return entity + ", parent: \"" + parent + "\"";
    }
}
