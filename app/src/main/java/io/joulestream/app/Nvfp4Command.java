package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.digest.Sha256;
import io.joulestream.core.nvfp4.QuantisationMetrics;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.Quantiser;
import io.joulestream.core.nvfp4.QuantiserOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "nvfp4",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The bit-exact NVFP4 reference quantiser: what 4-bit floats do to a tensor.")
final class Nvfp4Command implements Runnable {
    private static final int BYTES_PER_FLOAT = 4;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: quantize");
    }

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
            int rows,
            int cols,
            @JsonProperty("amax_hex") String amaxHex,
            @JsonProperty("s_hex") String encodeScaleHex,
            @JsonProperty("d_hex") String decodeScaleHex,
            @JsonProperty("codes_sha256") String codesSha256,
            @JsonProperty("scales_sha256") String scalesSha256,
            @JsonProperty("dequant_sha256") String dequantSha256,
            QuantisationMetrics metrics) {}

    @Command(
            name = "quantize",
            mixinStandardHelpOptions = true,
            description = {
                "Quantises a tensor of little-endian, row-major FP32 and says what was lost.",
                "Codes come two per byte (one byte each for FP8), scales one byte per block and row."
            })
    int quantize(
            @Option(names = "--input", required = true, paramLabel = "X.f32") Path input,
            @Option(names = "--rows", required = true, paramLabel = "M") int rows,
            @Option(names = "--cols", required = true, paramLabel = "N") int cols,
            @Option(
                            names = "--mode",
                            defaultValue = "1d",
                            paramLabel = "MODE",
                            description = "Default: ${DEFAULT-VALUE}.")
                    String modeName,
            @Option(names = "--out-codes", paramLabel = "F") Path outCodes,
            @Option(names = "--out-scales", paramLabel = "F") Path outScales,
            @Option(names = "--out-dequant", paramLabel = "F") Path outDequant,
            @Option(names = "--json", description = "One JSON object on the last line.") boolean json)
            throws IOException {
        QuantisationMode mode = mode(modeName);
        float[] x = floats(input, rows, cols);
        Quantised quantised = quantise(x, rows, cols, mode);
        byte[] dequantised = bytes(quantised.dequantise());
        write(outCodes, quantised.codes());
        write(outScales, quantised.scales());
        write(outDequant, dequantised);
        boolean scaled = quantised.tensorScale() != null;
        Report report = new Report(
                mode.cliName(),
                rows,
                cols,
                scaled ? hex(quantised.tensorScale().amax()) : null,
                scaled ? hex(quantised.tensorScale().encode()) : null,
                scaled ? hex(quantised.tensorScale().decode()) : null,
                Sha256.hex(quantised.codes()),
                quantised.scales() == null ? null : Sha256.hex(quantised.scales()),
                Sha256.hex(dequantised),
                quantised.metrics(x));
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.line(report) : text(report));
        return 0;
    }

    private static QuantisationMode mode(String name) {
        try {
            return QuantisationMode.parse(name);
        } catch (IllegalArgumentException e) {
            throw new UserError("--mode: " + e.getMessage());
        }
    }

    private static Quantised quantise(float[] x, int rows, int cols, QuantisationMode mode) {
        try {
            return new Quantiser(QuantiserOptions.of(mode)).quantise(x, rows, cols);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage());
        }
    }

    private static float[] floats(Path input, int rows, int cols) throws IOException {
        if (rows < 0 || cols < 0) {
            throw new UserError("--rows and --cols must not be negative, were " + rows + " and " + cols);
        }
        try {
            long expected = (long) rows * cols * BYTES_PER_FLOAT;
            long size = Files.size(input);
            if (size != expected) {
                throw new UserError(
                        input + " has " + size + " bytes; " + rows + " x " + cols + " FP32 are " + expected);
            }
            if (expected > Integer.MAX_VALUE) {
                throw new UserError(input + " is larger than 2 GiB; give it in parts of whole rows");
            }
            float[] x = new float[rows * cols];
            ByteBuffer.wrap(Files.readAllBytes(input))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(x);
            return x;
        } catch (NoSuchFileException e) {
            throw new UserError("no such file: " + input);
        }
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length, BYTES_PER_FLOAT))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** All of the file or none of it. */
    private static void write(Path file, byte[] content) throws IOException {
        if (file == null) {
            return;
        }
        if (content == null) {
            throw new UserError("this mode has no such output: " + file);
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            throw new UserError("no such folder: " + file.toAbsolutePath().getParent());
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String hex(float value) {
        return String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(value));
    }

    private static String text(Report report) {
        QuantisationMetrics metrics = report.metrics();
        return String.format(
                Locale.ROOT,
                "%s  %d x %d  SQNR %s dB  zeroed %s  clipped %s  flushed blocks %s%s",
                report.mode(),
                report.rows(),
                report.cols(),
                metrics.sqnrText(),
                share(metrics.zeroedShare()),
                share(metrics.clippedShare()),
                metrics.zeroScaleBlocks() == null
                        ? "-"
                        : metrics.zeroScaleBlocks().toString(),
                metrics.suspect() ? "  SUSPECT: " + metrics.nonFinite() + " elements are not finite" : "");
    }

    private static String share(Double share) {
        return share == null ? "-" : String.format(Locale.ROOT, "%.2f %%", share * 100);
    }
}
