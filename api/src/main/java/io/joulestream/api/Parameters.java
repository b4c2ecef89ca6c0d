package io.joulestream.api;

import io.joulestream.core.inventory.SiteInventory;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The query parameters of one request, or the fields of its body. Everything that is wrong with them is collected and told at once by {@link #check};
 * until then a wrong value reads as an absent one.
 */
final class Parameters {
    static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT)
            .withResolverStyle(java.time.format.ResolverStyle.STRICT);
    private static final int LONGEST_ECHO = 60;
    private static final int LONGEST_SITE = 200;

    private final Map<String, List<String>> given;
    private final List<FieldError> errors = new ArrayList<>();

    Parameters(Map<String, List<String>> given, Set<String> known) {
        this(given, known, Set.of());
    }

    /**
     * @param known what may be given once
     * @param lists what may be given any number of times
     */
    Parameters(Map<String, List<String>> given, Set<String> known, Set<String> lists) {
        this.given = given;
        for (String name : new TreeSet<>(given.keySet())) {
            if (lists.contains(name)) {
                continue;
            }
            if (!known.contains(name)) {
                refuse(
                        echo(name),
                        known.isEmpty()
                                ? "is not known; this address takes no parameters"
                                : "is not known; known are " + String.join(", ", new TreeSet<>(known)));
            } else if (given.get(name).size() > 1) {
                refuse(name, "was given " + given.get(name).size() + " times; give it once");
            }
        }
    }

    /** All of them, also what is not known. */
    Map<String, List<String>> given() {
        return given;
    }

    Optional<String> text(String name) {
        List<String> values = given.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** Empty when it was not given. */
    List<String> texts(String name) {
        return given.getOrDefault(name, List.of());
    }

    Optional<String> required(String name) {
        if (!given.containsKey(name)) {
            refuse(name, "is needed");
        }
        return text(name);
    }

    /** The place in a list, as its page before has told it; empty for the beginning. */
    <T> Optional<T> cursor(Function<String, Optional<T>> parse) {
        return text("cursor").flatMap(text -> {
            Optional<T> place = parse.apply(text);
            return place.isPresent() ? place : refuse("cursor", "must be a next_cursor of this list");
        });
    }

    /** With Z or an offset. */
    /** The name under {@code site} of one that is there or not. */
    Optional<String> site() {
        return text("site")
                .filter(text -> text.length() <= LONGEST_SITE && text.indexOf('\0') < 0
                        || refuse("site", "is no site's name").isPresent());
    }

    Optional<Instant> instant(String name) {
        return text(name).flatMap(text -> {
            try {
                Instant instant = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
                return instant.isBefore(EARLIEST) || instant.isAfter(LATEST)
                        ? refuse(name, "must lie between the years 2000 and 2100, was " + quoted(text))
                        : Optional.of(instant);
            } catch (DateTimeException e) {
                return refuse(name, "must be an instant such as 2026-03-01T00:00:00Z, was " + quoted(text));
            }
        });
    }

    /** An instant on a whole minute. */
    Optional<Instant> minute(String name) {
        return instant(name)
                .flatMap(instant -> instant.getEpochSecond() % 60 != 0 || instant.getNano() != 0
                        ? refuse(
                                name,
                                "must be a whole minute, was "
                                        + quoted(text(name).orElseThrow()))
                        : Optional.of(instant));
    }

    Optional<YearMonth> month(String name) {
        return text(name).flatMap(text -> month(name, text));
    }

    Optional<YearMonth> month(String name, String text) {
        try {
            YearMonth month = YearMonth.parse(text, MONTH);
            if (month.getYear() < 2000 || month.getYear() >= 2100) {
                return refuse(name, "must lie between the years 2000 and 2100, was " + quoted(text));
            }
            return Optional.of(month);
        } catch (DateTimeException e) {
            return refuse(name, "must be a month such as 2026-03, was " + quoted(text));
        }
    }

    /** The zone for presentation; the site's own where none is asked for. */
    ZoneId zone(String name, SiteInventory site) {
        Optional<ZoneId> asked = text(name)
                .flatMap(text -> ZoneRulesProvider.getAvailableZoneIds().contains(text)
                        ? Optional.of(ZoneId.of(text))
                        : refuse(name, "must be an IANA time zone such as Europe/Berlin, was " + quoted(text)));
        return asked.orElse(site.zone());
    }

    int number(String name, int least, int greatest, int otherwise) {
        Optional<Integer> number = text(name).flatMap(text -> {
            if (text.matches("[0-9]{1,9}")) {
                int value = Integer.parseInt(text);
                if (value >= least && value <= greatest) {
                    return Optional.of(value);
                }
            }
            return refuse(name, "must be a number from " + least + " to " + greatest + ", was " + quoted(text));
        });
        return number.orElse(otherwise);
    }

    <T> Optional<T> refuse(String name, String detail) {
        errors.add(new FieldError(name, detail));
        return Optional.empty();
    }

    /** Ends the request when anything was refused so far. */
    void check() {
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    static String quoted(String text) {
        return "'" + echo(text) + "'";
    }

    /** What came from outside goes back shortened and without control characters. */
    static String echo(String text) {
        String shown = text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
