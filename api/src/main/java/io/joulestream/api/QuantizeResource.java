package io.joulestream.api;

import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.Quantiser;
import io.joulestream.core.nvfp4.QuantiserOptions;
import io.joulestream.core.nvfp4.RandomHadamard;
import io.joulestream.core.nvfp4.Rounding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Quantises a small tensor, so that a reader can see what NVFP4 does to it. Nothing is kept. */
final class QuantizeResource {
    /** A request costs some milliseconds at most, its answer less than 2 MiB. */
    static final int MOST_ELEMENTS = 4_096;

    private static final Set<String> FIELDS =
            Set.of("rows", "cols", "mode", "transpose", "rht", "rounding", "seed", "stream", "amax");

    /** As JSON has them; the others stand as texts, because JSON has none of them. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?");

    /** A digit that is not 0 before any exponent. */
    private static final Pattern NOT_ZERO = Pattern.compile("[-0.]*[1-9]");

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private QuantizeResource() {}

    static Answer quantize(Request request) {
        request.parameters().check();
        Parameters fields = request.scalars(FIELDS, Set.of("values"));
        float[] values = values(fields);
        int rows = size(fields, "rows");
        int cols = size(fields, "cols");
        boolean transpose = word(fields, "transpose", "false", "true, false", QuantizeResource::truth);
        QuantisationMode mode = word(fields, "mode", "1d", listed(QuantisationMode.values()), QuantisationMode::parse);
        RandomHadamard hadamard = word(fields, "rht", "none", listed(RandomHadamard.values()), RandomHadamard::parse);
        Rounding rounding = rounding(fields);
        Float amax = fields.text("amax").map(text -> amax(fields, text)).orElse(null);
        fields.check();
        if (values.length != rows * cols) {
            fields.refuse("values", "has " + values.length + " numbers, rows * cols is " + rows + " * " + cols);
        }
        fields.check();
        QuantiserOptions options = options(fields, mode, rounding, hadamard, amax);
        fields.check();
        float[] x = transpose ? transposed(values, rows, cols) : values;
        try {
            Quantised quantised = new Quantiser(options).quantise(x, transpose ? cols : rows, transpose ? rows : cols);
            return Answer.of(Json.MEDIA_TYPE, Json.bytes(QuantizedBody.of(quantised, quantised.metrics(x))));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid(List.of(new FieldError("mode", e.getMessage())));
        }
    }

    private static float[] values(Parameters fields) {
        List<String> texts = fields.texts("values");
        if (texts.size() > MOST_ELEMENTS) {
            throw ProblemException.tooMany("a tensor may have " + MOST_ELEMENTS + " numbers here, this one has "
                    + texts.size() + "; joulestream nvfp4 quantize takes any");
        }
        float[] values = new float[texts.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(fields, "values", texts.get(i));
        }
        return values;
    }

    /** Rounded to binary32. */
    private static float number(Parameters fields, String name, String text) {
        if (NOT_FINITE.contains(text)) {
            return Float.parseFloat(text);
        }
        float value = NUMBER.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
        if (!Float.isFinite(value)) {
            fields.refuse(
                    name,
                    "must be of numbers that a binary32 can hold, or the texts NaN, Infinity and -Infinity; was "
                            + Parameters.quoted(text));
            fields.check();
        }
        return value;
    }

    /** What would become zero only by rounding is refused: it would be another scale. */
    private static float amax(Parameters fields, String text) {
        float value = number(fields, "amax", text);
        if (value == 0 && NOT_ZERO.matcher(text).lookingAt()) {
            fields.refuse("amax", "is beyond what a binary32 can hold: " + Parameters.quoted(text));
        }
        return value;
    }

    private static int size(Parameters fields, String name) {
        fields.required(name);
        return fields.number(name, 1, MOST_ELEMENTS, 1);
    }

    private static <T> T word(
            Parameters fields, String name, String otherwise, String known, Function<String, T> parse) {
        String text = fields.text(name).orElse(otherwise);
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            fields.refuse(name, "is not known: " + Parameters.quoted(text) + "; known are " + known);
            return parse.apply(otherwise);
        }
    }

    private static String listed(Object... words) {
        return Arrays.stream(words).map(Object::toString).collect(Collectors.joining(", "));
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Rounding rounding(Parameters fields) {
        boolean stochastic = word(fields, "rounding", "rne", "rne, sr", QuantizeResource::isStochastic);
        Optional<Long> seed = unsigned(fields, "seed");
        Optional<Long> stream = unsigned(fields, "stream");
        if (stochastic) {
            if (seed.isEmpty()) {
                fields.refuse("seed", "is needed for stochastic rounding, so that it can be done again");
            }
            return new Rounding.Stochastic(seed.orElse(0L), stream.orElse(0L));
        }
        if (seed.isPresent() || stream.isPresent()) {
            fields.refuse("rounding", "must be sr where a seed or a stream is given");
        }
        return new Rounding.NearestEven();
    }

    private static boolean isStochastic(String text) {
        return switch (text) {
            case "sr" -> true;
            case "rne" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Optional<Long> unsigned(Parameters fields, String name) {
        return fields.text(name).flatMap(text -> {
            try {
                return Optional.of(Long.parseUnsignedLong(text));
            } catch (NumberFormatException e) {
                return fields.refuse(name, "must be a whole number from 0 to 2^64 - 1, was " + Parameters.quoted(text));
            }
        });
    }

    private static QuantiserOptions options(
            Parameters fields, QuantisationMode mode, Rounding rounding, RandomHadamard hadamard, Float amax) {
        QuantiserOptions options;
        try {
            options = new QuantiserOptions(mode, rounding, hadamard, null);
        } catch (IllegalArgumentException e) {
            fields.refuse("mode", e.getMessage());
            return QuantiserOptions.of(mode);
        }
        try {
            return amax == null ? options : options.withAmax(amax);
        } catch (IllegalArgumentException e) {
            fields.refuse("amax", e.getMessage());
            return options;
        }
    }

    private static float[] transposed(float[] x, int rows, int cols) {
        float[] turned = new float[x.length];
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                turned[col * rows + row] = x[row * cols + col];
            }
        }
        return turned;
    }
}
