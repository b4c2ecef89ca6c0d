package io.joulestream.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a resource may know of a request.
 *
 * @param target method and path
 * @param path the values of the route's placeholders
 * @param headers the value of a header, by name; null when absent
 * @param body what was sent; empty for nothing
 */
record Request(
        Caller caller,
        Credentials credentials,
        String target,
        Map<String, String> path,
        Parameters parameters,
        UnaryOperator<String> headers,
        byte[] body) {
    Request {
        path = Map.copyOf(path);
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
        requireJson();
        return new Parameters(Json.texts(body), known, lists);
    }

    /** As {@link #fields}, where the body also has numbers and truths. */
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
     * The format to answer in: the parameter {@code format} if given, else the first of these media types that Accept names,
     * else the first of all.
     *
     * @throws ProblemException when Accept names neither of them, nor anything that would include them
     */
    <F extends Enum<F> & Format> F format(List<F> formats) {
        Optional<String> asked = parameters.text("format");
        if (asked.isPresent()) {
            for (F format : formats) {
                if (format.word().equals(asked.get())) {
                    return format;
                }
            }
            parameters.refuse(
                    "format",
                    "must be one of "
                            + String.join(
                                    ", ", formats.stream().map(Format::word).toList()) + ", was "
                            + Parameters.quoted(asked.get()));
            return formats.get(0);
        }
        return accepted(formats);
    }

    private <F extends Enum<F> & Format> F accepted(List<F> formats) {
        String accept = headers.apply("Accept");
        if (accept == null || accept.isBlank()) {
            return formats.get(0);
        }
        F best = null;
        double bestQuality = 0;
        for (String range : accept.split(",")) {
            String[] parts = range.strip().split("\\s*;\\s*");
            double quality = quality(parts);
            for (F format : formats) {
                if (quality > bestQuality && includes(parts[0], format.mediaType())) {
                    best = format;
                    bestQuality = quality;
                    break;
                }
            }
        }
        if (best == null) {
            throw ProblemException.notAcceptable("the answer exists as "
                    + String.join(", ", formats.stream().map(Format::mediaType).toList()));
        }
        return best;
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

    private static boolean includes(String range, String mediaType) {
        String type = mediaType.substring(0, mediaType.indexOf('/') + 1);
        return range.equals("*/*") || range.equals(type + "*") || range.equalsIgnoreCase(mediaType);
    }
}
