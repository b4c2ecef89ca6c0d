package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.app.tensor.Figures;
import io.joulestream.app.tensor.RefusedTensorException;
import io.joulestream.app.tensor.StoredTensor;
import io.joulestream.app.tensor.TensorFile;
import io.joulestream.core.nvfp4.ElementType;
import io.joulestream.core.nvfp4.QuantisationMetrics;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.QuantisedOutputs;
import io.joulestream.core.nvfp4.QuantisedSummary;
import io.joulestream.core.nvfp4.QuantiserOptions;
import io.joulestream.core.nvfp4.RandomHadamard;
import io.joulestream.core.nvfp4.Rounding;
import io.joulestream.core.nvfp4.StreamingQuantiser;
import io.joulestream.core.nvfp4.TensorScale;
import io.joulestream.core.nvfp4.TensorSource;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "quantize",
        mixinStandardHelpOptions = true,
        description = {
            "Quantises one tensor and says what was lost.",
            "A .npy or .safetensors file says itself what it holds; dimensions but the innermost are taken as rows. "
                    + "Any other file is little-endian, row-major numbers.",
            "Codes are written two per byte (one each for FP8), scales one byte per block and row, values as FP32. "
                    + "With --rht everything is in the transformed domain."
        })
final class Nvfp4QuantizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--input", required = true, paramLabel = "X")
    private Path input;

    @Option(names = "--tensor", paramLabel = "NAME", description = "Which one, of a file with several.")
    private String tensorName;

    @Option(names = "--rows", paramLabel = "M", description = "Needed for raw numbers, else checked.")
    private Long rows;

    @Option(names = "--cols", paramLabel = "N", description = "Needed for raw numbers, else checked.")
    private Long cols;

    @Option(
            names = "--dtype",
            paramLabel = "f32|bf16|f16",
            description = "Of raw numbers; f32 if not said. Else checked.")
    private String dtype;

    @Option(
            names = "--mode",
            defaultValue = "1d",
            paramLabel = "MODE",
            description = {
                "1d (default), 2d, 1d-legacy, 4over6-mae256, 4over6-mse448, mxfp4-ocp, mxfp4-ceil, fp8-e4m3, fp8-e5m2, ...",
                "docs/nvfp4.md tells them apart."
            })
    private String mode;

    @Option(names = "--transpose", description = "Quantise the transpose.")
    private boolean transpose;

    @Option(
            names = "--rht",
            defaultValue = "none",
            paramLabel = "none|fp32|bf16",
            description = "Random Hadamard transform before it.")
    private String hadamard;

    @Option(names = "--rounding", defaultValue = "rne", paramLabel = "rne|sr")
    private String rounding;

    @Option(names = "--seed", paramLabel = "S", description = "Of stochastic rounding, which needs one.")
    private String seed;

    @Option(names = "--stream", paramLabel = "T", description = "Of stochastic rounding; 0 if not said.")
    private String stream;

    @Option(names = "--amax", paramLabel = "A", description = "The largest magnitude, instead of the tensor's own.")
    private String amax;

    @Option(names = "--out-codes", paramLabel = "F")
    private Path outCodes;

    @Option(names = "--out-scales", paramLabel = "F")
    private Path outScales;

    @Option(names = "--out-dequant", paramLabel = "F")
    private Path outDequant;

    @Mixin
    private ReadingProgress.Asked progress;

    @Option(names = "--json", description = "One JSON object on the last line.")
    private boolean json;

    /** What {@code --json} prints; absent scalars are null. Hex digits are the bits of an FP32. */
    @JsonPropertyOrder({
        "mode",
        "rows",
        "cols",
        "amax_hex",
        "s_hex",
        "d_hex",
        "codes_sha256",
        "scales_sha256",
        "dequant_sha256",
        "metrics"
    })
    record Report(
            String mode,
            long rows,
            long cols,
            @JsonProperty("amax_hex") String amaxHex,
            @JsonProperty("s_hex") String encodeScaleHex,
            @JsonProperty("d_hex") String decodeScaleHex,
            @JsonProperty("codes_sha256") String codesSha256,
            @JsonProperty("scales_sha256") String scalesSha256,
            @JsonProperty("dequant_sha256") String dequantSha256,
            QuantisationMetrics metrics) {}

    @Override
    public Integer call() throws IOException {
        try (OutputFiles outputs = new OutputFiles(input);
                WorkerPool workers = new WorkerPool();
                FileChannel file = open()) {
            QuantiserOptions options = options();
            boolean hasScales = options.mode().hasBlockScales();
            if (outScales != null && !hasScales) {
                throw new UserError("--out-scales: mode " + options.mode() + " has no scale bytes");
            }
            TensorSource source = transpose ? source(file).transposed() : source(file);
            OutputFiles.Output codes = outputs.to(outCodes);
            OutputFiles.Output scales = hasScales ? outputs.to(outScales) : null;
            OutputFiles.Output values = outputs.to(outDequant);

            StreamingQuantiser quantiser = new StreamingQuantiser(options).withWorkers(workers);
            ReadingProgress reading = progress.of(spec, quantiser.elementsToRead(source));
            QuantisedSummary summary =
                    quantiser.withProgress(reading).quantise(source, new QuantisedOutputs(codes, scales, values));
            reading.done();
            outputs.commit();
            Report report = report(summary, codes.sha256(), hasScales ? scales.sha256() : null, values.sha256());
            spec.commandLine().getOut().println(json ? Json.line(report) : text(report));
            return 0;
        } catch (RefusedTensorException e) {
            throw new UserError(e.getMessage());
        } catch (EOFException | IllegalArgumentException | ArithmeticException e) {
            throw new UserError(input + ": " + e.getMessage());
        }
    }

    // ---- what is asked for

    private QuantiserOptions options() {
        QuantisationMode parsed = parse("--mode", () -> QuantisationMode.parse(mode));
        RandomHadamard form = parse("--rht", () -> RandomHadamard.parse(hadamard));
        Rounding rounded = rounding();
        Float given = amax == null ? null : amax();
        try {
            return new QuantiserOptions(parsed, rounded, form, given);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage());
        }
    }

    private Rounding rounding() {
        switch (rounding) {
            case "rne" -> {
                if (seed != null || stream != null) {
                    throw new UserError("--seed and --stream are for --rounding sr");
                }
                return new Rounding.NearestEven();
            }
            case "sr" -> {
                if (seed == null) {
                    throw new UserError("--rounding sr needs a --seed, so that it can be done again");
                }
                return new Rounding.Stochastic(
                        unsigned("--seed", seed), stream == null ? 0 : unsigned("--stream", stream));
            }
            default -> throw new UserError("--rounding: must be rne or sr, was " + rounding);
        }
    }

    private static long unsigned(String option, String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new UserError(option + ": must be a whole number from 0 to 2^64 - 1, was " + text);
        }
    }

    /** Rounded to FP32; what would become infinity or zero only by that is refused. */
    private float amax() {
        switch (amax.toLowerCase(Locale.ROOT)) {
            case "nan" -> throw new UserError("--amax: must be >= 0 and not NaN, was " + amax);
            case "inf", "infinity" -> {
                return Float.POSITIVE_INFINITY;
            }
            default -> {
                BigDecimal exact = parse("--amax", () -> new BigDecimal(amax));
                float value = exact.floatValue();
                if (exact.signum() < 0) {
                    throw new UserError("--amax: must be >= 0 and not NaN, was " + amax);
                }
                if (Float.isInfinite(value) || (value == 0 && exact.signum() > 0)) {
                    throw new UserError("--amax: " + amax + " is beyond what an FP32 can hold");
                }
                return value;
            }
        }
    }

    private static <T> T parse(String option, Callable<T> parse) {
        try {
            return parse.call();
        } catch (NumberFormatException e) {
            throw new UserError(option + ": is no number");
        } catch (IllegalArgumentException e) {
            throw new UserError(option + ": " + e.getMessage());
        } catch (Exception e) {
            throw new IllegalStateException("parsing an option has failed", e);
        }
    }

    // ---- what is read

    private FileChannel open() throws IOException {
        try {
            return TensorFile.open(input);
        } catch (NoSuchFileException e) {
            throw new UserError("no such file: " + input);
        }
    }

    private TensorSource source(FileChannel file) throws IOException {
        return TensorFile.describesItself(input) ? described(file) : raw(file);
    }

    private TensorSource described(FileChannel file) throws IOException {
        TensorFile held = TensorFile.read(input);
        StoredTensor tensor = tensorName == null ? held.only() : held.tensor(tensorName);
        if ((rows != null && rows != tensor.rows()) || (cols != null && cols != tensor.cols())) {
            throw new UserError(
                    input + " holds " + tensor.rows() + " x " + tensor.cols() + " (shape " + tensor.shapeText()
                            + "), not " + (rows == null ? "?" : rows) + " x " + (cols == null ? "?" : cols));
        }
        if (dtype != null && !elementType().name().equals(tensor.dtype())) {
            throw new UserError(input + " holds " + tensor.dtype() + ", not " + dtype);
        }
        return held.source(tensor, file);
    }

    private TensorSource raw(FileChannel file) throws IOException {
        if (tensorName != null) {
            throw new UserError("--tensor is for .safetensors files, " + input + " is raw numbers");
        }
        if (rows == null || cols == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "raw numbers need --rows and --cols; .npy and .safetensors files say them themselves");
        }
        if (rows < 0 || cols < 0) {
            throw new UserError("--rows and --cols must not be negative, were " + rows + " and " + cols);
        }
        ElementType type = elementType();
        long expected;
        try {
            expected = Math.multiplyExact(Math.multiplyExact(rows, cols), type.bytes());
        } catch (ArithmeticException e) {
            throw new UserError(rows + " x " + cols + " are more elements than there can be");
        }
        if (file.size() != expected) {
            throw new UserError(input + " has " + file.size() + " bytes; " + rows + " x " + cols + " " + type.name()
                    + " are " + expected);
        }
        return TensorSource.of(file, 0, type, rows, cols);
    }

    private ElementType elementType() {
        return dtype == null ? ElementType.F32 : parse("--dtype", () -> ElementType.parse(dtype));
    }

    // ---- what is told

    private static Report report(QuantisedSummary summary, String codes, String scales, String values) {
        boolean scaled = summary.options().mode().hasTensorScale();
        TensorScale scale = summary.tensorScale();
        return new Report(
                summary.options().mode().cliName(),
                summary.rows(),
                summary.cols(),
                scaled ? hex(scale.amax()) : null,
                scaled ? hex(scale.encode()) : null,
                scaled ? hex(scale.decode()) : null,
                codes,
                scales,
                values,
                summary.metrics());
    }

    private static String hex(float value) {
        return String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(value));
    }

    private static String text(Report report) {
        QuantisationMetrics metrics = report.metrics();
        return String.format(
                Locale.ROOT,
                "%s  %d x %d  SQNR %s  zeroed %s  clipped %s  flushed blocks %s%s",
                report.mode(),
                report.rows(),
                report.cols(),
                Figures.sqnrWithUnit(metrics),
                Figures.share(metrics.zeroedShare()),
                Figures.share(metrics.clippedShare()),
                metrics.zeroScaleBlocks() == null
                        ? "-"
                        : metrics.zeroScaleBlocks().toString(),
                metrics.suspect() ? "  SUSPECT: " + metrics.nonFinite() + " elements are not finite" : "");
    }
}
