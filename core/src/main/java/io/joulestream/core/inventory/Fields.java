package io.joulestream.core.inventory;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The keys of one mapping, read by type. Whatever is wrong becomes a problem and the value null, so that reading goes on
 * and every problem is found at once.
 */
final class Fields {
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

    private final YamlNode.Mapping mapping;
    private final String path;
    private final Problems problems;

    private Fields(YamlNode.Mapping mapping, String path, Problems problems) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
    }

    /** The fields of a node; null, with a problem, when it is no mapping. Keys that are not known are problems. */
    static Fields of(YamlNode node, String path, List<String> known, Problems problems) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(node.line(), path, "must be a mapping of keys such as " + known.get(0));
            return null;
        }
        Fields fields = new Fields(mapping, path, problems);
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                problems.add(entry.line(), fields.path(key), "unknown key" + problems.suggestion(key, known));
            }
        });
        return fields;
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /** The line of a key, or of the mapping where the key is missing. */
    int line(String key) {
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? mapping.line() : entry.line();
    }

    int line() {
        return mapping.line();
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    void problem(String key, String message) {
        problems.add(line(key), path(key), message);
    }

    /** Adds a problem for each key that is missing. */
    void require(String... keys) {
        for (String key : keys) {
            if (!has(key)) {
                problems.add(mapping.line(), path(key), "is missing");
            }
        }
    }

    YamlNode node(String key) {
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? null : entry.value();
    }

    List<YamlNode> list(String key) {
        YamlNode node = node(key);
        if (node == null) {
            return List.of();
        }
        if (node instanceof YamlNode.Sequence sequence) {
            return sequence.items();
        }
        problem(key, "must be a list");
        return List.of();
    }

    String text(String key) {
        YamlNode node = node(key);
        if (node == null) {
            return null;
        }
        if (!(node instanceof YamlNode.Scalar scalar)) {
            problem(key, "must be a single value");
            return null;
        }
        if (scalar.isNull()) {
            problem(key, "has no value; leave the key out");
            return null;
        }
        return scalar.text();
    }

    String text(String key, Pattern pattern, String shape) {
        String text = text(key);
        if (text != null && !pattern.matcher(text).matches()) {
            return refuse(key, text, "must be " + shape);
        }
        return text;
    }

    boolean flag(String key) {
        String text = text(key);
        if (text == null) {
            return false;
        }
        if (!text.equals("true") && !text.equals("false")) {
            refuse(key, text, "must be true or false");
        }
        return text.equals("true");
    }

    <E extends Enum<E>> E word(String key, Class<E> type) {
        return word(key, type, Arrays.asList(type.getEnumConstants()));
    }

    /** One of some constants, upper or lower case, under any default locale. */
    <E extends Enum<E>> E word(String key, Class<E> type, List<E> allowed) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        for (E constant : allowed) {
            if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        List<String> names = allowed.stream().map(Enum::name).toList();
        String suggestion = problems.suggestion(text, names);
        return refuse(key, text, "must be one of " + String.join(", ", names) + suggestion);
    }

    BigDecimal decimal(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        try {
            return Decimals.parse(text);
        } catch (IllegalArgumentException e) {
            return refuse(key, text, "must be a number");
        }
    }

    BigDecimal positive(String key) {
        BigDecimal value = decimal(key);
        return value != null && value.signum() <= 0 ? refuse(key, text(key), "must be > 0") : value;
    }

    /**
     * A positive number in a smaller unit, exactly.
     *
     * @param places by how many decimal places the unit is smaller
     */
    Long positiveScaled(String key, int places, String unit) {
        BigDecimal value = positive(key);
        BigInteger scaled = value == null ? null : scaled(key, value, places, unit);
        if (scaled == null) {
            return null;
        }
        return scaled.bitLength() < Long.SIZE ? (Long) scaled.longValue() : refuse(key, text(key), "is too large");
    }

    /** As {@link #positiveScaled}, of any size. */
    BigInteger positiveScaledLarge(String key, int places, String unit) {
        BigDecimal value = positive(key);
        return value == null ? null : scaled(key, value, places, unit);
    }

    /** As {@link #positiveScaledLarge}, or zero. */
    BigInteger notNegativeScaledLarge(String key, int places, String unit) {
        BigDecimal value = decimal(key);
        if (value != null && value.signum() < 0) {
            return refuse(key, text(key), "must be >= 0");
        }
        return value == null ? null : scaled(key, value, places, unit);
    }

    /** A length of time in whole milliseconds. */
    Duration duration(String key, Duration least, Duration most) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeException e) {
            return refuse(key, text, "must be an ISO 8601 duration such as PT60S or P35D");
        }
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            return refuse(key, text, "must be between " + least + " and " + most);
        }
        return duration.getNano() % 1_000_000 == 0 ? duration : refuse(key, text, "must be whole milliseconds");
    }

    Instant instant(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        Instant instant;
        try {
            instant = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return refuse(key, text, "must be an instant such as 2026-01-01T00:00:00Z");
        }
        if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
            return refuse(key, text, "must lie between 1970 and 9999");
        }
        return instant.getNano() % 1_000_000 == 0 ? instant : refuse(key, text, "must be whole milliseconds");
    }

    /** Adds the problem that a value is not what it should be; null. */
    <T> T refuse(String key, String value, String expectation) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "..." : value;
        problem(key, expectation + ", was '" + shown + "'");
        return null;
    }

    private BigInteger scaled(String key, BigDecimal value, int places, String unit) {
        try {
            return value.movePointRight(places).toBigIntegerExact();
        } catch (ArithmeticException e) {
            return refuse(key, text(key), "must be a whole number of " + unit);
        }
    }
}
