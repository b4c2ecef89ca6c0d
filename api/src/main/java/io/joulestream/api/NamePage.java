package io.joulestream.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list that is in order of name and so short that all of it is read.
 *
 * @param nextCursor null on the last page
 */
record NamePage<T>(List<T> items, String nextCursor) {
    /** @param after the last name of the page before */
    static <T> NamePage<T> of(List<T> all, Function<T, String> name, Optional<String> after, int limit) {
        List<T> left = all.stream()
                .filter(item ->
                        after.map(last -> name.apply(item).compareTo(last) > 0).orElse(true))
                .toList();
        if (left.size() <= limit) {
            return new NamePage<>(left, null);
        }
        return new NamePage<>(left.subList(0, limit), Cursors.text(name.apply(left.get(limit - 1))));
    }
}
