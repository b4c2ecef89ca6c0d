package io.joulestream.core.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An id as a file writes it: {@code meter/MDB-1}, or with ranges, {@code node-a[01-72]/gpu[0-7]}, which stand for all their
 * members. Several ranges multiply; the last one runs fastest.
 *
 * @param literals the text before, between and after the ranges; one more than there are ranges
 */
record IdPattern(String text, List<String> literals, List<Range> ranges) {
    static final int MAX_LENGTH = 128;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*+(/[A-Za-z0-9][A-Za-z0-9._:-]*+)*+");
    private static final Pattern RANGE = Pattern.compile("\\[([0-9]{1,9})-([0-9]{1,9})\\]");

    /** @param width to which numbers are filled with zeros */
    record Range(int from, int to, int width) {
        int size() {
            return to - from + 1;
        }

        void append(int ordinal, StringBuilder to) {
            String number = Integer.toString(from + ordinal);
            to.append("0".repeat(Math.max(0, width - number.length()))).append(number);
        }
    }

    /** @throws IllegalArgumentException saying what is wrong, for the person who wrote it */
    static IdPattern parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("is longer than " + MAX_LENGTH + " characters");
        }
        List<String> literals = new ArrayList<>();
        List<Range> ranges = new ArrayList<>();
        Matcher matcher = RANGE.matcher(text);
        int end = 0;
        while (matcher.find()) {
            literals.add(text.substring(end, matcher.start()));
            ranges.add(range(matcher.group(1), matcher.group(2)));
            end = matcher.end();
        }
        literals.add(text.substring(end));
        if (literals.stream().anyMatch(literal -> literal.contains("[") || literal.contains("]"))) {
            throw new IllegalArgumentException("has a range that is not like [01-72]");
        }
        IdPattern pattern = new IdPattern(text, List.copyOf(literals), List.copyOf(ranges));
        String longest = pattern.member(
                ranges.stream().mapToInt(range -> range.size() - 1).toArray());
        if (longest.length() > MAX_LENGTH || !ID.matcher(longest).matches()) {
            throw new IllegalArgumentException(
                    "must be a path of letters, digits, '.', '_', ':' and '-' with '/' between its parts, at most "
                            + MAX_LENGTH + " characters");
        }
        return pattern;
    }

    /** How many members there are, exactly up to 10^18 and at least that beyond. */
    long size() {
        long size = 1;
        for (Range range : ranges) {
            size = size > 1_000_000_000 ? Long.MAX_VALUE / 2 : size * range.size();
        }
        return size;
    }

    /** The member with an ordinal, counted from 0, for each range; further ordinals are not looked at. */
    String member(int[] ordinals) {
        if (ranges.isEmpty()) {
            return text;
        }
        StringBuilder member = new StringBuilder(text.length());
        for (int i = 0; i < ranges.size(); i++) {
            member.append(literals.get(i));
            ranges.get(i).append(ordinals[i], member);
        }
        return member.append(literals.get(ranges.size())).toString();
    }

    /** Advances the ordinals to the next member; false, and all zero again, after the last. */
    boolean next(int[] ordinals) {
        for (int i = ordinals.length - 1; i >= 0; i--) {
            if (++ordinals[i] < ranges.get(i).size()) {
                return true;
            }
            ordinals[i] = 0;
        }
        return false;
    }

    /** Why this cannot follow another id member by member, range by range; null when it can. */
    String mismatchWith(IdPattern id) {
        if (ranges.size() > id.ranges.size()) {
            return "has " + ranges.size() + " ranges, but the id '" + id.text + "' has " + id.ranges.size();
        }
        for (int i = 0; i < ranges.size(); i++) {
            int mine = ranges.get(i).size();
            int its = id.ranges.get(i).size();
            if (mine != its) {
                return "range " + (i + 1) + " has " + mine + " members, but in the id '" + id.text + "' it has " + its;
            }
        }
        return null;
    }

    private static Range range(String from, String to) {
        boolean filled = from.length() > 1 && from.startsWith("0") || to.length() > 1 && to.startsWith("0");
        if (filled && from.length() != to.length()) {
            throw new IllegalArgumentException(
                    "range [" + from + "-" + to + "] must have as many digits at its start as at its end");
        }
        Range range = new Range(Integer.parseInt(from), Integer.parseInt(to), filled ? from.length() : 1);
        if (range.from > range.to) {
            throw new IllegalArgumentException("range [" + from + "-" + to + "] runs backwards");
        }
        return range;
    }
}
