package io.joulestream.core.savings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one profile, collecting problems instead of stopping at the first. A value that could not be read is replaced by
 * one that passes, so that the checks of the record add only what is new.
 */
final class WorkloadProfileReader {
    private static final int MAX_GEMMS = 10_000;
    private static final Set<String> KEYS =
            Set.of("name", "hardware", "gpus", "baseline", "step", "idle_watts", "gemms", "assumptions");
    private static final Set<String> STEP_KEYS =
            Set.of("seconds", "joules", "basis", "tokens", "overlapped_communication_seconds");
    private static final Set<String> GEMM_KEYS = Set.of("layer", "role", "m", "n", "k", "count", "eligible");
    private static final Set<String> RANGE_KEYS = Set.of("low", "central", "high", "basis");

    private final List<String> problems = new ArrayList<>();

    WorkloadProfile read(String yaml) {
        Map<?, ?> root = map("profile", load(yaml), KEYS);
        String name = text(root, "name", "name");
        String hardware = text(root, "hardware", "hardware");
        long gpus = whole(root, "gpus", "gpus", Integer.MAX_VALUE);
        Precision baseline = choice(root, "baseline", "baseline", List.of(Precision.BF16, Precision.FP8));
        Map<?, ?> step = map("step", root.get("step"), STEP_KEYS);
        double seconds = number(step, "seconds", "step.seconds");
        double joules = number(step, "joules", "step.joules");
        Basis basis = choice(step, "basis", "step.basis", List.of(Basis.values()));
        Long tokens = step.containsKey("tokens") ? whole(step, "tokens", "step.tokens", Long.MAX_VALUE) : null;
        Range overlapped =
                optionalRange(step, "overlapped_communication_seconds", "step.overlapped_communication_seconds");
        Range idleWatts = optionalRange(root, "idle_watts", "idle_watts");
        List<Gemm> gemms = gemms(root.get("gemms"));
        Map<Assumption, Range> assumptions = assumptions(root.get("assumptions"));
        List<String> found = List.copyOf(problems);
        try {
            WorkloadProfile profile = new WorkloadProfile(
                    name,
                    hardware,
                    (int) gpus,
                    baseline,
                    seconds,
                    joules,
                    basis,
                    tokens,
                    overlapped,
                    idleWatts,
                    gemms,
                    assumptions);
            if (found.isEmpty()) {
                return profile;
            }
        } catch (InvalidWorkloadProfileException e) {
            e.problems().stream().filter(this::isNew).forEach(problems::add);
        }
        throw new InvalidWorkloadProfileException(problems);
    }

    private Object load(String yaml) {
        try {
            return new Load(LoadSettings.builder().setLabel("workload profile").build()).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new InvalidWorkloadProfileException(
                    List.of("not YAML: " + e.getMessage().replaceAll("\\s+", " ")));
        }
    }

    private List<Gemm> gemms(Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            problems.add("gemms must be a list that is not empty" + (value == null ? ", is missing" : ""));
            return List.of(placeholder());
        }
        if (list.size() > MAX_GEMMS) {
            problems.add("gemms must have at most " + MAX_GEMMS + " entries, has " + list.size());
            return List.of(placeholder());
        }
        List<Gemm> gemms = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String at = "gemms[" + i + "]";
            Map<?, ?> gemm = map(at, list.get(i), GEMM_KEYS);
            gemms.add(new Gemm(
                    text(gemm, "layer", at + ".layer"),
                    choice(gemm, "role", at + ".role", List.of(GemmRole.values())),
                    whole(gemm, "m", at + ".m", Integer.MAX_VALUE),
                    whole(gemm, "n", at + ".n", Integer.MAX_VALUE),
                    whole(gemm, "k", at + ".k", Integer.MAX_VALUE),
                    whole(gemm, "count", at + ".count", Integer.MAX_VALUE),
                    flag(gemm, "eligible", at + ".eligible")));
        }
        return gemms;
    }

    private Map<Assumption, Range> assumptions(Object value) {
        Map<Assumption, Range> assumptions = new EnumMap<>(Assumption.class);
        Set<String> keys =
                Arrays.stream(Assumption.values()).map(Assumption::key).collect(Collectors.toSet());
        Map<?, ?> stated = map("assumptions", value, keys);
        for (Assumption assumption : Assumption.values()) {
            Range range = optionalRange(stated, assumption.key(), "assumptions." + assumption.key());
            if (range != null) {
                assumptions.put(assumption, range);
            }
        }
        return assumptions;
    }

    private Range optionalRange(Map<?, ?> from, String key, String at) {
        if (!from.containsKey(key)) {
            return null;
        }
        Map<?, ?> range = map(at, from.get(key), RANGE_KEYS);
        int before = problems.size();
        double low = number(range, "low", at + ".low");
        double central = number(range, "central", at + ".central");
        double high = number(range, "high", at + ".high");
        Basis basis = choice(range, "basis", at + ".basis", List.of(Basis.values()));
        if (problems.size() > before) {
            return null;
        }
        try {
            return new Range(low, central, high, basis);
        } catch (IllegalArgumentException e) {
            problems.add(at + ": " + e.getMessage());
            return null;
        }
    }

    private Map<?, ?> map(String at, Object value, Set<String> known) {
        if (!(value instanceof Map<?, ?> map)) {
            problems.add(at + (value == null ? " is missing" : " must be a map, was " + value));
            return Map.of();
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String name) || !known.contains(name)) {
                problems.add(at + " has the unknown key " + key);
            }
        }
        return map;
    }

    private String text(Map<?, ?> from, String key, String at) {
        if (from.get(key) instanceof String text && !text.isBlank()) {
            return text;
        }
        problem(from, key, at, "must be a text");
        return "";
    }

    private double number(Map<?, ?> from, String key, String at) {
        if (from.get(key) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        problem(from, key, at, "must be a finite number");
        return Double.MAX_VALUE;
    }

    private long whole(Map<?, ?> from, String key, String at, long max) {
        Object value = from.get(key);
        if (value instanceof Integer || value instanceof Long) {
            long whole = ((Number) value).longValue();
            if (whole >= 1 && whole <= max) {
                return whole;
            }
        }
        problem(from, key, at, "must be a whole number in 1 to " + max);
        return 1;
    }

    private boolean flag(Map<?, ?> from, String key, String at) {
        if (from.get(key) instanceof Boolean flag) {
            return flag;
        }
        problem(from, key, at, "must be true or false");
        return false;
    }

    /** One of the constants, by its name in lower case. */
    private <E extends Enum<E>> E choice(Map<?, ?> from, String key, String at, List<E> constants) {
        for (E constant : constants) {
            if (lowerCase(constant).equals(from.get(key))) {
                return constant;
            }
        }
        String names = constants.stream().map(WorkloadProfileReader::lowerCase).collect(Collectors.joining(", "));
        problem(from, key, at, "must be one of " + names);
        return constants.get(0);
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void problem(Map<?, ?> from, String key, String at, String rule) {
        // where the map itself is missing, that has been said
        if (!from.isEmpty() || problems.isEmpty()) {
            problems.add(at + " " + rule + (from.containsKey(key) ? ", was " + from.get(key) : ", is missing"));
        }
    }

    /** Whether a problem is about something that has not been complained of already. */
    private boolean isNew(String problem) {
        String subject = problem.split(" ", 2)[0];
        return problems.stream()
                .noneMatch(known -> known.startsWith(subject + " ")
                        || known.startsWith(subject + ".")
                        || known.startsWith(subject + ":"));
    }

    private static Gemm placeholder() {
        return new Gemm("", GemmRole.FPROP, 1, 1, 1, 1, false);
    }
}
