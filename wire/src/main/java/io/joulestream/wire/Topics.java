package io.joulestream.wire;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of topics and of record headers. They are part of the wire contract. */
public final class Topics {
    public static final String INVENTORY = "js.inventory.v1";
    public static final String DEAD_LETTERS = "js.dlq.v1";

    /** On every frame; its value is {@link #SCHEMA_FRAME_1}. */
    public static final String HEADER_SCHEMA = "js-schema";

    public static final String SCHEMA_FRAME_1 = "telemetry-frame/1";

    /**
     * On frames, where the sender knows: by how many milliseconds its clock is ahead of the broker's or the gateway's, a
     * decimal number.
     */
    public static final String HEADER_CLOCK_MS = "js-clock-ms";

    /** On frames copied to a rebuilt site's topic: milliseconds since the epoch at which a broker first stored the frame. */
    public static final String HEADER_APPENDED_MS = "js-appended-ms";

    /** On such copies: 1 where the generation before has accounted for the frame, or will. */
    public static final String HEADER_ACCOUNTED = "js-accounted";

    /** On dead letters only: the refusal's code, its detail, where the record stood, its append time, its identity. */
    public static final String HEADER_CODE = "js-code";

    public static final String HEADER_DETAIL = "js-detail";
    public static final String HEADER_TOPIC = "js-topic";
    public static final String HEADER_PARTITION = "js-partition";
    public static final String HEADER_OFFSET = "js-offset";
    public static final String HEADER_SEEN_MS = "js-seen-ms";
    public static final String HEADER_IDENTITY = "js-identity";

    /** All telemetry topics of all tenants, as Kafka's pattern subscription wants it. */
    public static final Pattern TELEMETRY = Pattern.compile(
            "js\\.telemetry\\.v1\\.(?<tenant>[a-z0-9-]{1,40})(\\.(?<site>[a-z0-9-]{1,40})(\\.g(?<generation>[1-9][0-9]{0,8}))?)?");

    private static final String PREFIX = "js.telemetry.v1.";

    /**
     * What a telemetry topic grants.
     *
     * @param site empty for the topic that all sites of the tenant share
     * @param generation 0 for the first, as long as the site was never rebuilt
     */
    public record Telemetry(String tenant, Optional<String> site, int generation) {}

    private Topics() {}

    /** The topic that a tenant's sites share. */
    public static String telemetry(String tenant) {
        return PREFIX + id(tenant);
    }

    /** The topic that one site writes by itself. */
    public static String telemetry(String tenant, String site) {
        return PREFIX + id(tenant) + "." + id(site);
    }

    /** The topic of a rebuilt site; generation 0 is the site's own. */
    public static String telemetry(String tenant, String site, int generation) {
        if (generation < 0) {
            throw new IllegalArgumentException("generation must be >= 0, was " + generation);
        }
        return telemetry(tenant, site) + (generation == 0 ? "" : ".g" + generation);
    }

    /** What the topic grants, or empty where it is no telemetry topic. */
    public static Optional<Telemetry> parse(String topic) {
        Matcher matcher = TELEMETRY.matcher(topic);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String generation = matcher.group("generation");
        return Optional.of(new Telemetry(
                matcher.group("tenant"),
                Optional.ofNullable(matcher.group("site")),
                generation == null ? 0 : Integer.parseInt(generation)));
    }

    /** The generation in a topic's name: n where it ends in {@code .g<n>}, else 0. */
    public static int generationOf(String topic) {
        return parse(topic).map(Telemetry::generation).orElse(0);
    }

    private static String id(String name) {
        if (!Names.isId(name)) {
            throw new IllegalArgumentException(
                    Names.printable("a tenant or site is 1 to 40 of a-z, 0-9 and '-', was " + name));
        }
        return name;
    }
}
