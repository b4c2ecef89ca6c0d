package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class TensorsGoldenTest {
    private static final byte[] FILE = Golden.bytes("tensors.bin");

    @TestFactory
    List<DynamicTest> everyCaseOfEveryTensor() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, ?> tensor : maps(Golden.json("tensors.json"))) {
            for (Map<String, ?> golden : maps(tensor.get("cases"))) {
                tests.add(DynamicTest.dynamicTest(
                        tensor.get("name") + " " + golden.get("case"), () -> check(tensor, golden)));
            }
        }
        assertThat(tests).hasSize(8 * 17 - 2);
        return tests;
    }

    private static void check(Map<String, ?> tensor, Map<String, ?> golden) throws Exception {
        int rows = (Integer) tensor.get("rows");
        int cols = (Integer) tensor.get("cols");
        float[] x = Golden.floats(Golden.slice(FILE, map(tensor.get("x"))));
        if (((String) golden.get("input")).contains("xT")) {
            x = Tensors.transpose(x, rows, cols);
            int swap = rows;
            rows = cols;
            cols = swap;
        }

        Quantised quantised = new Quantiser(options(golden)).quantise(x, rows, cols);

        assertThat(quantised.rows()).isEqualTo(rows);
        assertThat(quantised.cols()).isEqualTo(cols);
        assertScalars(quantised.tensorScale(), golden);
        assertSlice(quantised.codes(), golden, golden.containsKey("packed") ? "packed" : "codes");
        assertSlice(quantised.scales(), golden, "scales");
        byte[] values = Golden.littleEndian(quantised.dequantise());
        assertSlice(values, golden, "deq");
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(values)))
                .isEqualTo(golden.get("deq_sha256"));
        assertMetrics(quantised.metrics(x), map(golden.get("metrics")));
    }

    private static QuantiserOptions options(Map<String, ?> golden) {
        String name = (String) golden.get("case");
        QuantisationMode mode = switch (name) {
            case "1d_sr",
                    "1d_given_amax2",
                    "1d_transpose",
                    "1d_transpose_rht",
                    "1d_transpose_rht_bf16",
                    "1d_transpose_rht_sr" -> QuantisationMode.ONE_D;
            default -> QuantisationMode.parse(name.replace('_', '-'));
        };
        QuantiserOptions options = QuantiserOptions.of(mode);
        if ("sr".equals(golden.get("rounding"))) {
            options = options.withStochasticRounding((Integer) golden.get("seed"), (Integer) golden.get("stream"));
        }
        if (name.equals("1d_given_amax2")) {
            options = options.withAmax(Golden.value((String) golden.get("amax_hex")));
        }
        return switch ((String) golden.get("input")) {
            case "rht(xT)" -> options.withHadamard(RandomHadamard.FP32);
            case "rht_bf16(bf16(xT))" -> options.withHadamard(RandomHadamard.BF16);
            default -> options;
        };
    }

    private static void assertScalars(TensorScale scale, Map<String, ?> golden) {
        if (golden.containsKey("amax_hex")) {
            assertThat(Golden.pattern(scale.amax())).isEqualTo(golden.get("amax_hex"));
            Object encode = golden.containsKey("s_enc_hex") ? golden.get("s_enc_hex") : golden.get("scale_hex");
            assertThat(Golden.pattern(scale.encode())).isEqualTo(encode);
            assertThat(scale.decode()).isEqualTo(1f / scale.encode());
        }
    }

    private static void assertSlice(byte[] actual, Map<String, ?> golden, String key) {
        if (golden.containsKey(key)) {
            assertThat(actual).as(key).isEqualTo(Golden.slice(FILE, map(golden.get(key))));
        }
    }

    private static void assertMetrics(QuantisationMetrics actual, Map<String, ?> expected) {
        for (Map.Entry<String, ?> metric : expected.entrySet()) {
            Number value = switch (metric.getKey()) {
                case "n" -> actual.n();
                case "nonFinite" -> actual.nonFinite();
                case "mse" -> actual.mse();
                case "sqnrDb" -> actual.sqnrDb();
                case "cosine" -> actual.cosine();
                case "maxAbsErr" -> actual.maxAbsErr();
                case "zeroedShare" -> actual.zeroedShare();
                case "clippedShare" -> actual.clippedShare();
                case "zeroScaleBlocks" -> actual.zeroScaleBlocks();
                default -> throw new AssertionError("unknown metric " + metric.getKey());
            };
            if (metric.getValue() == null) {
                assertThat(value).as(metric.getKey()).isNull();
                assertThat(actual.exact()).isTrue();
            } else {
                double wanted = ((Number) metric.getValue()).doubleValue();
                assertThat(value.doubleValue()).as(metric.getKey()).isCloseTo(wanted, within(1e-9 * Math.abs(wanted)));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, ?>> maps(Object list) {
        return (List<Map<String, ?>>) list;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> map(Object map) {
        return (Map<String, ?>) map;
    }
}
