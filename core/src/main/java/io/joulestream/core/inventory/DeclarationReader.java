package io.joulestream.core.inventory;

import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one item of the list of entities, and checks all that can be known without the others. */
final class DeclarationReader {
    /** 2 GW for an hour still fits a row of whole microjoules. */
    private static final long MOST_MILLIWATTS = 2_000_000_000_000L;

    private static final List<String> KEYS = List.of(
            "id",
            "kind",
            "role",
            "parent",
            "owner",
            "nameplateW",
            "accuracyClassPercent",
            "ctClassPercent",
            "renewable",
            "water",
            "allocationKey",
            "channels");
    private static final List<String> RESOLUTIONS = List.of("resolution", "resolutionJ", "resolutionW", "resolutionL");
    private static final List<String> MODULI = List.of("modulus", "modulusJ", "modulusL");
    private static final List<String> CHANNEL_KEYS = channelKeys();
    private static final List<String> METRIC_NAMES =
            Arrays.stream(Metric.values()).map(Metric::dottedName).toList();
    private static final Duration ONE_MILLISECOND = Duration.ofMillis(1);
    private static final Duration LONGEST_PERIOD = Duration.ofDays(31);
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final Role itBoundary;
    private final Problems problems;
    /** One instance of each channel and of each list of channels, however many declarations repeat it. */
    private final Map<Object, Object> shared = new HashMap<>();

    /** @param itBoundary null when the file gives no valid one */
    DeclarationReader(Role itBoundary, Problems problems) {
        this.itBoundary = itBoundary;
        this.problems = problems;
    }

    /** Empty when not even the id could be read. */
    Optional<Declaration> read(YamlNode node, String path) {
        Fields fields = Fields.of(node, path, KEYS, problems);
        if (fields == null) {
            return Optional.empty();
        }
        fields.require("id", "kind", "role");
        EntityKind kind = fields.word("kind", EntityKind.class);
        Role role = fields.word("role", Role.class);
        checkKind(fields, kind, role);
        List<Channel> channels = channels(fields, path, kind, role);
        Long nameplate = fields.positiveScaled("nameplateW", 3, "milliwatts");
        if (nameplate != null && nameplate > MOST_MILLIWATTS) {
            fields.problem("nameplateW", "is more than 2 GW; are these watts?");
        }
        if (!fields.has("nameplateW") && channels.stream().anyMatch(DeclarationReader::needsNameplate)) {
            fields.problem("nameplateW", "is missing; without it no reading of power or energy can be judged");
        }
        IdPattern id = pattern(fields, "id");
        IdPattern parent = following(fields, "parent", id);
        IdPattern owner = following(fields, "owner", id);
        BigDecimal accuracy = percent(fields, "accuracyClassPercent");
        BigDecimal ctClass = percent(fields, "ctClassPercent");
        boolean renewable = onlyFor(fields, "renewable", role, Role.ONSITE_GEN) && fields.flag("renewable");
        WaterKind water = water(fields, role);
        AllocationKey allocationKey = allocationKey(fields, role);
        if (id == null) {
            return Optional.empty();
        }
        Entity prototype = kind == null || role == null
                ? null
                : new Entity(
                        id.text(),
                        kind,
                        role,
                        null,
                        id.text(),
                        nameplate == null ? 0 : nameplate,
                        accuracy,
                        ctClass,
                        renewable,
                        water,
                        allocationKey,
                        channels);
        if (prototype != null
                && mustBeMetered(role)
                && prototype.energyChannel().isEmpty()
                && allRead(fields, channels)) {
            fields.problem("channels", role + " needs an energy register or a power gauge");
        }
        if (role == Role.CHECK && !fields.has("parent")) {
            fields.problem("parent", "is missing; role CHECK measures the same load as a parent");
        }
        return Optional.of(new Declaration(
                fields.line(),
                path,
                fields.line("parent"),
                fields.line("owner"),
                id,
                parent,
                owner,
                kind,
                role,
                prototype));
    }

    private static void checkKind(Fields fields, EntityKind kind, Role role) {
        if (kind == EntityKind.JOB) {
            fields.problem("kind", "jobs are no part of the inventory; they come with their frames");
        }
        if (role == Role.GPU && kind != null && kind != EntityKind.GPU) {
            fields.problem("role", "GPU needs kind GPU, was " + kind);
        }
        if (kind == EntityKind.GPU && role != null && role != Role.GPU && role != Role.CHECK) {
            fields.problem("role", "kind GPU needs role GPU or CHECK, was " + role);
        }
        if (role == Role.NODE_IN && kind != null && kind != EntityKind.NODE) {
            fields.problem("role", "NODE_IN needs kind NODE, was " + kind);
        }
    }

    /** A node may be known without a meter of its own; a supply or a distribution board at the boundary may not. */
    private boolean mustBeMetered(Role role) {
        return role == Role.GRID_IMPORT || role == itBoundary && role != Role.NODE_IN;
    }

    private static boolean allRead(Fields fields, List<Channel> channels) {
        YamlNode node = fields.node("channels");
        return node == null
                || node instanceof YamlNode.Sequence all && all.items().size() == channels.size();
    }

    private List<Channel> channels(Fields fields, String path, EntityKind kind, Role role) {
        List<YamlNode> items = fields.list("channels");
        if (items.size() > SiteInventoryParser.MAX_CHANNELS) {
            String message = items.size() + " channels; an entity has at most " + SiteInventoryParser.MAX_CHANNELS;
            fields.problem("channels", message);
            return List.of();
        }
        List<Channel> channels = new ArrayList<>();
        Set<Metric> seen = EnumSet.noneOf(Metric.class);
        for (int i = 0; i < items.size(); i++) {
            Fields item = Fields.of(items.get(i), path + ".channels[" + i + "]", CHANNEL_KEYS, problems);
            if (item != null) {
                channel(item, kind, role, seen).ifPresent(channels::add);
            }
        }
        return share(List.copyOf(channels));
    }

    private Optional<Channel> channel(Fields fields, EntityKind kind, Role role, Set<Metric> seen) {
        fields.require("metric", "samplePeriod");
        Duration samplePeriod = fields.duration("samplePeriod", ONE_MILLISECOND, LONGEST_PERIOD);
        SampleKind sampleKind = fields.word("sampleKind", SampleKind.class);
        Duration jitter = fields.duration("jitter", Duration.ZERO, Duration.ofDays(1));
        Ratio ctRatio = ratio(fields);
        Metric metric = metric(fields);
        if (metric == null) {
            return Optional.empty();
        }
        if (!seen.add(metric)) {
            fields.problem("metric", metric.dottedName() + " is given twice for one entity");
        }
        checkMetric(fields, metric, kind);
        Long resolution = resolution(fields, metric);
        BigInteger modulus = modulus(fields, metric);
        if (resolution != null && modulus != null && modulus.compareTo(BigInteger.valueOf(resolution)) <= 0) {
            fields.problem("metric", "the register starts again before its first step");
        }
        if (samplePeriod == null || role == null) {
            return Optional.empty();
        }
        return Optional.of(share(new Channel(
                metric,
                samplePeriod,
                sampleKind == null ? SampleKind.INSTANT : sampleKind,
                resolution == null ? 0 : resolution,
                jitter == null ? Channel.DEFAULT_JITTER : jitter,
                modulus == null ? BigInteger.ZERO : modulus,
                ctRatio == null ? Ratio.ONE : ctRatio,
                role.gapCap(),
                exchanges(fields, metric))));
    }

    private Metric metric(Fields fields) {
        String name = fields.text("metric");
        if (name == null) {
            return null;
        }
        return Metric.byName(name)
                .orElseGet(() -> fields.refuse(
                        "metric", name, "is not in the registry" + problems.suggestion(name, METRIC_NAMES)));
    }

    private static void checkMetric(Fields fields, Metric metric, EntityKind kind) {
        String name = metric.dottedName();
        if (fields.has("sampleKind") && metric.valueKind() != Metric.ValueKind.GAUGE) {
            fields.problem("sampleKind", "is for gauges; " + name + " is a " + metric.valueKind());
        }
        if (fields.has("ctRatio") && !name.startsWith("meter.")) {
            fields.problem("ctRatio", "is for electrical meters, not for " + name);
        }
        if (name.startsWith("job.")) {
            fields.problem("metric", name + " belongs to jobs, which are no part of the inventory");
        }
        if (kind == null) {
            return;
        }
        boolean fits = true;
        if (name.startsWith("gpu.")) {
            // a slice repeats the energy of its whole GPU; only memory and engine activity are its own
            fits = kind == EntityKind.GPU
                    || kind == EntityKind.GPU_SLICE && metric.number() >= 8 && metric.number() <= 12;
        } else if (name.startsWith("node.")) {
            fits = kind == EntityKind.NODE;
        } else if (name.startsWith("cpu.")) {
            fits = kind == EntityKind.CPU || kind == EntityKind.NODE;
        }
        if (!fits) {
            fields.problem("metric", name + " cannot be read from a " + kind);
        }
    }

    private static Ratio ratio(Fields fields) {
        String text = fields.text("ctRatio");
        if (text == null) {
            return null;
        }
        try {
            return Ratio.parse(text);
        } catch (IllegalArgumentException e) {
            return fields.refuse("ctRatio", text, "must be a positive ratio such as 80 or 400/5");
        }
    }

    private static Long resolution(Fields fields, Metric metric) {
        String key = keyFor(fields, RESOLUTIONS, "resolution" + suffix(metric), metric);
        return key == null ? null : fields.positiveScaled(key, places(metric), smallUnit(metric));
    }

    private static BigInteger modulus(Fields fields, Metric metric) {
        String key = keyFor(fields, MODULI, "modulus" + suffix(metric), metric);
        if (key != null && metric.valueKind() != Metric.ValueKind.COUNTER) {
            fields.problem(key, "is for counters; " + metric.dottedName() + " is a " + metric.valueKind());
            return null;
        }
        return key == null ? null : fields.positiveScaledLarge(key, places(metric), smallUnit(metric));
    }

    /** The right key when it is given; a problem for each wrong one, because a unit must not be guessed. */
    private static String keyFor(Fields fields, List<String> all, String right, Metric metric) {
        for (String key : all) {
            if (!key.equals(right) && fields.has(key)) {
                fields.problem(key, "must be " + right + ": " + metric.dottedName() + " is in " + metric.unit());
            }
        }
        return fields.has(right) ? right : null;
    }

    private List<MeterExchange> exchanges(Fields fields, Metric metric) {
        List<MeterExchange> exchanges = new ArrayList<>();
        List<YamlNode> items = fields.list("exchanges");
        if (!items.isEmpty() && metric.valueKind() != Metric.ValueKind.COUNTER) {
            fields.problem("exchanges", "are for counters; " + metric.dottedName() + " is a " + metric.valueKind());
            return exchanges;
        }
        String oldFinal = "oldFinal" + suffix(metric);
        String newInitial = "newInitial" + suffix(metric);
        for (int i = 0; i < items.size(); i++) {
            String path = fields.path("exchanges") + "[" + i + "]";
            Fields item = Fields.of(items.get(i), path, List.of("at", oldFinal, newInitial), problems);
            if (item == null) {
                continue;
            }
            item.require("at", oldFinal, newInitial);
            Instant at = item.instant("at");
            BigInteger before = item.notNegativeScaledLarge(oldFinal, places(metric), smallUnit(metric));
            BigInteger after = item.notNegativeScaledLarge(newInitial, places(metric), smallUnit(metric));
            if (at == null || before == null || after == null) {
                continue;
            }
            if (!exchanges.isEmpty()
                    && !at.isAfter(exchanges.get(exchanges.size() - 1).at())) {
                item.problem("at", "must be later than the exchange before");
            } else {
                exchanges.add(new MeterExchange(at, before, after));
            }
        }
        return exchanges;
    }

    private static String suffix(Metric metric) {
        return switch (metric.unit()) {
            case "J", "W", "L" -> metric.unit();
            default -> "";
        };
    }

    private static int places(Metric metric) {
        return metric.unit().equals("J") ? 6 : 3;
    }

    private static String smallUnit(Metric metric) {
        return switch (metric.unit()) {
            case "J" -> "microjoules";
            case "W" -> "milliwatts";
            case "L" -> "millilitres";
            default -> "thousandths of " + metric.unit();
        };
    }

    private static boolean needsNameplate(Channel channel) {
        Metric metric = channel.metric();
        return metric.isElectricalPower()
                || metric.isElectricalEnergy()
                || metric.isThermalPower()
                || metric.isThermalEnergy();
    }

    private static BigDecimal percent(Fields fields, String key) {
        BigDecimal percent = fields.positive(key);
        return percent != null && percent.compareTo(HUNDRED) > 0
                ? fields.refuse(key, percent.toPlainString(), "must be a percentage")
                : percent;
    }

    private static WaterKind water(Fields fields, Role role) {
        if (!onlyFor(fields, "water", role, Role.WATER_IN)) {
            return null;
        }
        fields.require("water");
        return fields.word("water", WaterKind.class);
    }

    private static AllocationKey allocationKey(Fields fields, Role role) {
        if (!onlyFor(fields, "allocationKey", role, Role.NETWORK, Role.STORAGE_IT)) {
            return null;
        }
        return fields.has("allocationKey")
                ? fields.word("allocationKey", AllocationKey.class)
                : AllocationKey.NODE_HOURS;
    }

    private static boolean onlyFor(Fields fields, String key, Role role, Role... roles) {
        if (role == null) {
            return false;
        }
        boolean fits = Arrays.asList(roles).contains(role);
        if (!fits && fields.has(key)) {
            fields.problem(key, "is for role " + roles[0] + ", not for " + role);
        }
        return fits;
    }

    private static IdPattern pattern(Fields fields, String key) {
        String text = fields.text(key);
        if (text == null) {
            return null;
        }
        try {
            return IdPattern.parse(text);
        } catch (IllegalArgumentException e) {
            return fields.refuse(key, text, e.getMessage());
        }
    }

    private static IdPattern following(Fields fields, String key, IdPattern id) {
        IdPattern pattern = pattern(fields, key);
        if (pattern == null || id == null) {
            return null;
        }
        String mismatch = pattern.mismatchWith(id);
        return mismatch == null ? pattern : fields.refuse(key, pattern.text(), mismatch);
    }

    @SuppressWarnings("unchecked")
    private <T> T share(T value) {
        return (T) shared.computeIfAbsent(value, same -> same);
    }

    private static List<String> channelKeys() {
        List<String> keys =
                new ArrayList<>(List.of("metric", "samplePeriod", "sampleKind", "jitter", "ctRatio", "exchanges"));
        keys.addAll(RESOLUTIONS);
        keys.addAll(MODULI);
        return List.copyOf(keys);
    }
}
