package io.joulestream.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What a resource may know of a request.
 *
 * @param target method and path
 * @param path the values of the route's placeholders
 * @param headers the value of a header, by name; null when absent
 * @param cookies the value of a cookie, by name; null when absent
 * @param body what was sent; empty for nothing
 * @param place among those that wait for a turn
 */
record Request(
        Caller caller,
        Credentials credentials,
        String target,
        Map<String, String> path,
        Parameters parameters,
        UnaryOperator<String> headers,
        UnaryOperator<String> cookies,
        byte[] body,
        Place place) {
    Request {
        path = Map.copyOf(path);
    }

    /** The same question, to be answered when the request is over: of its headers Accept alone. */
    Request detached() {
        String accept = headers.apply("Accept");
        return new Request(
                caller,
                credentials,
                target,
                path,
                parameters,
                name -> name.equals("Accept") ? accept : null,
                name -> null,
                new byte[0],
                Place.NONE);
    }

    String path(String placeholder) {
        return path.get(placeholder);
    }

    /**
     * What the body says, a JSON object of texts.
     *
     * @param known the names of texts
     * @param lists the names of lists of texts
     * @throws ProblemException if it is nothing of the kind, or not said to be JSON
     */
    Parameters fields(Set<String> known, Set<String> lists) {
        return fields(known, lists, Set.of());
    }

    /**
     * As {@link #fields(Set, Set)}.
     *
     * @param flags the names of what is true or false
     */
    Parameters fields(Set<String> known, Set<String> lists, Set<String> flags) {
        requireJson();
        Set<String> single = new TreeSet<>(known);
        single.addAll(flags);
        return new Parameters(Json.texts(body, flags), single, lists);
    }

    /** As {@link #fields(Set, Set)}, where the body also has numbers and truths. */
    Parameters scalars(Set<String> known, Set<String> lists) {
        requireJson();
        return new Parameters(Json.scalars(body), known, lists);
    }

    private void requireJson() {
        String type = headers.apply("Content-Type");
        if (type == null || !type.split(";")[0].strip().equalsIgnoreCase(Json.MEDIA_TYPE)) {
            throw ProblemException.unsupportedMediaType();
        }
    }

    /**
     * The format to answer in: the parameter {@code format} if given, else what Accept likes best, of equals that which it
     * names first, and without it the first.
     *
     * @throws ProblemException when Accept wants none of them
     */
    Format format(List<Format> formats) {
        Optional<String> asked = parameters.text("format");
        if (asked.isEmpty()) {
            return accepted(formats);
        }
        return formats.stream()
                .filter(format -> format.word().equals(asked.get()))
                .findFirst()
                .orElseGet(() -> {
                    String words =
                            String.join(", ", formats.stream().map(Format::word).toList());
                    parameters.refuse("format", "must be one of " + words + ", was " + Parameters.quoted(asked.get()));
                    return formats.get(0);
                });
    }

    /** What an address of the next page has to say of the format: what this one's says. */
    String formatAsked() {
        return parameters.text("format").map(word -> "&format=" + word).orElse("");
    }

    private Format accepted(List<Format> formats) {
        String accept = headers.apply("Accept");
        if (accept == null || accept.isBlank()) {
            return formats.get(0);
        }
        String[] ranges = accept.split(",");
        Format best = null;
        Liking most = Liking.NONE;
        for (Format format : formats) {
            Liking liking = Liking.of(format.mediaType(), ranges);
            if (liking.isMoreThan(most)) {
                best = format;
                most = liking;
            }
        }
        if (best == null) {
            throw ProblemException.notAcceptable("the answer exists as "
                    + String.join(", ", formats.stream().map(Format::mediaType).toList()));
        }
        return best;
    }

    /**
     * How an Accept header likes one media type: by its most specific range that includes it (RFC 9110, section 12.5.1).
     *
     * @param specificity 3 for the type itself, 2 for all of its kind, 1 for all
     * @param place of that range in the header
     */
    private record Liking(double quality, int specificity, int place) {
        static final Liking NONE = new Liking(0, 0, 0);

        static Liking of(String mediaType, String[] ranges) {
            Liking liking = NONE;
            for (int place = 0; place < ranges.length; place++) {
                String[] parts = ranges[place].strip().split("\\s*;\\s*");
                int specificity = specificity(parts[0], mediaType);
                if (specificity > liking.specificity) {
                    liking = new Liking(Request.quality(parts), specificity, place);
                }
            }
            return liking;
        }

        private static int specificity(String range, String mediaType) {
            if (range.equalsIgnoreCase(mediaType)) {
                return 3;
            }
            String kind = mediaType.substring(0, mediaType.indexOf('/'));
            return range.equalsIgnoreCase(kind + "/*") ? 2 : range.equals("*/*") ? 1 : 0;
        }

        boolean isMoreThan(Liking other) {
            return quality > other.quality || quality == other.quality && quality > 0 && place < other.place;
        }
    }

    /** @param parts what is asked for, then its parameters */
    static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(parts[i].substring(2));
            }
        }
        return 1;
    }
}
