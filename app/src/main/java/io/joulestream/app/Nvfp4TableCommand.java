package io.joulestream.app;

import io.joulestream.core.nvfp4.E2M1;
import io.joulestream.core.nvfp4.E4M3;
import io.joulestream.core.nvfp4.E5M2;
import io.joulestream.core.nvfp4.E8M0;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "table",
        mixinStandardHelpOptions = true,
        description =
                "Prints what every code of the small formats is worth. CSV has all codes, text those without a sign.")
final class Nvfp4TableCommand implements Runnable {
    private static final MathContext NINE_DIGITS = new MathContext(9);

    @Spec
    private CommandSpec spec;

    @Option(names = "--format", defaultValue = "text", paramLabel = "text|csv")
    private Format format;

    private enum Format {
        TEXT,
        CSV
    }

    /** One of the formats, as it is told about. */
    private enum Table {
        E2M1_ELEMENTS(
                "E2M1",
                "elements of NVFP4 and MXFP4: sign, 2 exponent bits, 1 mantissa bit, bias 1; no infinity, no NaN",
                16,
                8,
                E2M1::decode),
        E4M3_SCALES(
                "E4M3",
                "block scales of NVFP4, FP8 values: sign, 4 exponent bits, 3 mantissa bits, bias 7; no infinity",
                256,
                8,
                E4M3::decode),
        E5M2_VALUES("E5M2", "FP8 gradients: sign, 5 exponent bits, 2 mantissa bits, bias 15", 256, 4, E5M2::decode),
        E8M0_SCALES("E8M0", "block scales of MXFP4: 2^(code - 127); no sign, no zero", 256, 0, E8M0::decode);

        private final String formatName;
        private final String about;
        private final int codes;
        private final int perLine;
        private final IntToDoubleFunction decode;

        /** @param perLine codes in a line of text; 0 for a format of which the rule says more than a table */
        Table(String formatName, String about, int codes, int perLine, IntToDoubleFunction decode) {
            this.formatName = formatName;
            this.about = about;
            this.codes = codes;
            this.perLine = perLine;
            this.decode = decode;
        }

        float value(int code) {
            return (float) decode.applyAsDouble(code);
        }
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.CSV) {
            csv(out);
        } else {
            text(out);
        }
    }

    private static void csv(PrintWriter out) {
        out.print("format,code,hex,value,fp32_hex\r\n");
        for (Table table : Table.values()) {
            for (int code = 0; code < table.codes; code++) {
                float value = table.value(code);
                // every NaN as the same one
                out.printf(
                        Locale.ROOT,
                        "%s,%d,%02x,%s,%08x\r\n",
                        table.formatName,
                        code,
                        code,
                        text(value),
                        Float.floatToIntBits(value));
            }
        }
        out.flush();
    }

    private static void text(PrintWriter out) {
        for (Table table : Table.values()) {
            out.printf(Locale.ROOT, "%s  %s%n", table.formatName, table.about);
            if (table.perLine == 0) {
                for (int code : new int[] {0, 1, 127, 128, 254, 255}) {
                    out.printf(Locale.ROOT, "  0x%02x %14s%n", code, text(table.value(code)));
                }
            } else {
                for (int code = 0; code < table.codes / 2; code += table.perLine) {
                    out.printf(Locale.ROOT, "  0x%02x", code);
                    for (int next = code; next < code + table.perLine; next++) {
                        out.printf(Locale.ROOT, " %14s", text(table.value(next)));
                    }
                    out.println();
                }
            }
            out.println();
        }
    }

    /** Exact where that is short: all but powers of two far from one. */
    private static String text(float value) {
        if (!Float.isFinite(value)) {
            return Float.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(value).stripTrailingZeros();
        return exact.precision() <= 16 && exact.scale() <= 16 && exact.scale() > -6
                ? exact.toPlainString()
                : exact.round(NINE_DIGITS).toString();
    }
}
