package io.joulestream.core.nvfp4.oracle;

import static io.joulestream.core.nvfp4.oracle.NumberFormat.BF16;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E2M1;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E4M3;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.E5M2;
import static io.joulestream.core.nvfp4.oracle.NumberFormat.FP16;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.joulestream.core.digest.Sha256;
import io.joulestream.core.nvfp4.Golden;
import io.joulestream.core.nvfp4.oracle.Recipe.Draws;
import io.joulestream.core.nvfp4.oracle.Recipe.Scaling;
import io.joulestream.core.nvfp4.oracle.Recipe.Transform;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden vector, answered by the oracle without the quantiser: why its word counts against the quantiser's. */
class OracleGoldenTest {
    private static final Recipe FOLD = Recipe.nvfp4(Scaling.FOLD, 448);
    private static final Object TENSORS = Golden.json("tensors.json");
    private static final byte[] TENSOR_DATA = Golden.bytes("tensors.bin");

    @Test
    void constantsAreTheNearestToTheirQuotients() {
        assertThat(pattern(Binary32.divide(Binary32.ONE, Binary32.of(6)))).isEqualTo("3e2aaaab");
        assertThat(pattern(Binary32.divide(Binary32.ONE, Binary32.of(2688)))).isEqualTo("39c30c31");
        assertThat(pattern(Binary32.MAX)).isEqualTo("7f7fffff");
    }

    @Test
    void tablesFollowFromTheFormats() {
        Map<?, ?> tables = (Map<?, ?>) Golden.json("tables.json");

        assertThat(tables.get("e2m1")).isEqualTo(patterns(decoded(E2M1)));
        assertThat(tables.get("e4m3")).isEqualTo(patterns(decoded(E4M3)));
        assertThat(tables.get("e5m2")).isEqualTo(patterns(decoded(E5M2)));
        assertThat(tables.get("e8m0"))
                .isEqualTo(
                        patterns(IntStream.range(0, 256).map(Mxfp4::decodeScale).toArray()));
    }

    @ParameterizedTest
    @EnumSource
    void everyRoundingOfTheVectors(NumberFormat format) {
        int radix = format == BF16 || format == FP16 ? 16 : 10;
        List<String> wrong = new ArrayList<>();

        List<String[]> rows = Golden.rows("round_" + format.name().toLowerCase() + ".csv");
        for (String[] row : rows) {
            int code = format.encode(bits(row[0]));
            if (code != Integer.parseInt(row[1], radix)) {
                wrong.add(String.join(" -> ", row) + " not " + code);
            }
        }

        assertThat(rows).isNotEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyStochasticRoundingOfTheVectors() {
        for (String[] row : Golden.rows("sr_e2m1.csv")) {
            assertThat(Nvfp4.stochasticCode(bits(row[0]), Integer.parseInt(row[1])))
                    .as("%s with byte %s", row[0], row[1])
                    .isEqualTo(Integer.parseInt(row[2]));
        }
    }

    @Test
    void randomWordsAndTheBytesOfBlocks() {
        for (String[] row : Golden.rows("philox4x32_10.csv")) {
            int[] cells = Stream.of(row).mapToInt(OracleGoldenTest::bits).toArray();
            int[] words =
                    Philox.words(new int[] {cells[0], cells[1]}, new int[] {cells[2], cells[3], cells[4], cells[5]});
            assertThat(words).containsExactly(cells[6], cells[7], cells[8], cells[9]);
        }
        for (String[] row : Golden.rows("sr_stream.csv")) {
            int[] bytes = Philox.blockBytes(
                    Long.parseUnsignedLong(row[0]), Long.parseUnsignedLong(row[1]), Long.parseLong(row[2]));
            String hex = String.join(
                    "", IntStream.of(bytes).mapToObj("%02x"::formatted).toList());
            assertThat(hex).isEqualTo(row[3]);
        }
    }

    @Test
    void scalesOfTensors() {
        for (String[] row : Golden.rows("global_scale.csv")) {
            TensorBits tensor = TensorBits.of(bits(row[0]), Binary32.of(2688));
            TensorBits lower = TensorBits.of(bits(row[0]), Binary32.of(6 * 256));

            assertThat(patterns(tensor.amax(), tensor.encode(), tensor.decode(), lower.encode()))
                    .containsExactly(row);
        }
    }

    @Test
    void scalesOfBlocksInBothOrders() {
        int apart = 0;
        for (String[] row : Golden.rows("block_scale.csv")) {
            int amax = bits(row[0]);
            int[] block = new int[16];
            block[5] = bits(row[1]);
            OracleTensor fold = Oracle.quantise(FOLD.withAmax(amax), block, 1, 16);
            OracleTensor legacy =
                    Oracle.quantise(Recipe.nvfp4(Scaling.LEGACY, 448).withAmax(amax), block, 1, 16);

            assertThat(fold.scales()).as(row[0] + " " + row[1]).containsExactly(Integer.parseInt(row[2]));
            assertThat(legacy.scales()).as(row[0] + " " + row[1]).containsExactly(Integer.parseInt(row[3]));
            assertThat(pattern(Nvfp4.multiplier(fold.tensor(), fold.scales()[0])))
                    .isEqualTo(row[4]);
            assertThat(pattern(Nvfp4.blockValue(fold.tensor(), Binary32.of(2688), fold.scales()[0])))
                    .isEqualTo(row[5]);
            apart += row[2].equals(row[3]) ? 0 : 1;
        }
        assertThat(apart).as("rows that tell the orders apart").isPositive();
    }

    @Test
    void transforms() {
        for (String[] row : Golden.rows("rht.csv")) {
            int[] out = Hadamard.binary32(words(row[0]));

            assertThat(patterns(out)).isEqualTo(patterns(words(row[1])));
            assertThat(patterns(Hadamard.toBf16(out))).isEqualTo(patterns(words(row[2])));
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void singleBlocks() {
        for (Map<String, ?> block : (List<Map<String, ?>>) Golden.json("blocks.json")) {
            String given = (String) block.get("amax_given");
            Recipe recipe = FOLD.with(draws(block)).withAmax(given == null ? null : bits(given));

            OracleTensor tensor = Oracle.quantise(recipe, words(block.get("x")), 1, 16);

            SoftAssertions.assertSoftly(softly -> {
                softly.assertThat(pattern(tensor.tensor().amax()))
                        .as("amax of %s", block)
                        .isEqualTo(block.get("amax"));
                softly.assertThat(pattern(tensor.tensor().encode()))
                        .as("S of %s", block)
                        .isEqualTo(block.get("s_enc"));
                softly.assertThat(tensor.scales()).as("scale of %s", block).containsExactly((Integer)
                        block.get("scale"));
                softly.assertThat(HexFormat.of().formatHex(tensor.packed()))
                        .as("codes of %s", block)
                        .isEqualTo(block.get("packed"));
                softly.assertThat(patterns(tensor.values()))
                        .as("values of %s", block)
                        .isEqualTo(patterns(words(block.get("deq"))));
            });
        }
    }

    static Stream<Arguments> tensorCases() {
        return tensors()
                .flatMap(tensor -> ((List<?>) tensor.get("cases"))
                        .stream().map(one -> arguments(tensor.get("name"), ((Map<?, ?>) one).get("case"))));
    }

    @ParameterizedTest
    @MethodSource("tensorCases")
    void tensorsAndTheirErrors(String name, String caseName) {
        Map<String, ?> tensor = tensors()
                .filter(one -> one.get("name").equals(name))
                .findFirst()
                .orElseThrow();
        Map<String, ?> expected = cases(tensor).stream()
                .filter(one -> one.get("case").equals(caseName))
                .findFirst()
                .orElseThrow();

        OracleTensor actual = quantise(tensor, expected);

        SoftAssertions.assertSoftly(softly -> {
            compareScale(softly, actual, expected);
            if (expected.containsKey("packed")) {
                softly.assertThat(actual.packed()).isEqualTo(slice(expected.get("packed")));
                softly.assertThat(actual.scaleBytes()).isEqualTo(slice(expected.get("scales")));
            }
            if (expected.containsKey("codes")) {
                softly.assertThat(actual.packed()).isEqualTo(slice(expected.get("codes")));
            }
            if (expected.containsKey("deq")) {
                softly.assertThat(littleEndian(actual.values())).isEqualTo(slice(expected.get("deq")));
            }
            softly.assertThat(Sha256.hex(littleEndian(actual.values()))).isEqualTo(expected.get("deq_sha256"));
            compareMetrics(softly, ExactMetrics.of(actual), (Map<?, ?>) expected.get("metrics"));
        });
    }

    private static OracleTensor quantise(Map<String, ?> tensor, Map<String, ?> one) {
        int rows = (Integer) tensor.get("rows");
        int cols = (Integer) tensor.get("cols");
        int[] x = words(slice(tensor.get("x")));
        String input = (String) one.get("input");
        if (input.contains("xT")) {
            return Oracle.quantise(recipe(one), transposed(x, rows, cols), cols, rows);
        }
        return Oracle.quantise(recipe(one), x, rows, cols);
    }

    private static Recipe recipe(Map<String, ?> one) {
        String name = (String) one.get("case");
        return switch (name) {
            case "1d", "1d_transpose", "1d_sr" -> FOLD.with(draws(one));
            case "1d_given_amax2" -> FOLD.withAmax(bits((String) one.get("amax_hex")));
            case "1d_legacy" -> Recipe.nvfp4(Scaling.LEGACY, 448);
            case "2d" -> FOLD.tiled();
            case "1d_transpose_rht", "1d_transpose_rht_sr" ->
                FOLD.with(Transform.HADAMARD).with(draws(one));
            case "1d_transpose_rht_bf16" -> FOLD.with(Transform.HADAMARD_BF16);
            case "4over6_mae256" -> Recipe.nvfp4(Scaling.FOUR_OVER_SIX_MAE, 256);
            case "4over6_mse448" -> Recipe.nvfp4(Scaling.FOUR_OVER_SIX_MSE, 448);
            case "mxfp4_ocp" -> Recipe.mxfp4(Scaling.MX_OCP);
            case "mxfp4_ceil" -> Recipe.mxfp4(Scaling.MX_CEIL);
            case "fp8_e4m3" -> Recipe.fp8(E4M3);
            case "fp8_e5m2" -> Recipe.fp8(E5M2);
            case "bf16" -> Recipe.baseline(BF16);
            case "fp16" -> Recipe.baseline(FP16);
            default -> throw new IllegalStateException("no recipe for golden case " + name);
        };
    }

    private static void compareScale(SoftAssertions softly, OracleTensor actual, Map<String, ?> expected) {
        if (expected.containsKey("amax_hex")) {
            softly.assertThat(pattern(actual.tensor().amax())).isEqualTo(expected.get("amax_hex"));
            Object encode = expected.containsKey("s_enc_hex") ? expected.get("s_enc_hex") : expected.get("scale_hex");
            softly.assertThat(pattern(actual.tensor().encode())).isEqualTo(encode);
        }
    }

    private static void compareMetrics(SoftAssertions softly, ExactMetrics actual, Map<?, ?> expected) {
        softly.assertThat(actual.n()).as("n").isEqualTo(((Number) expected.get("n")).longValue());
        softly.assertThat(actual.nonFinite())
                .as("nonFinite")
                .isEqualTo(((Number) expected.get("nonFinite")).longValue());
        close(softly, "mse", actual.mse(), expected);
        close(softly, "sqnrDb", actual.sqnrDb(), expected);
        close(softly, "cosine", actual.cosine(), expected);
        close(softly, "maxAbsErr", actual.maxAbsErr(), expected);
        close(softly, "zeroedShare", actual.zeroedShare(), expected);
        close(softly, "clippedShare", actual.clippedShare(), expected);
        if (expected.containsKey("zeroScaleBlocks")) {
            softly.assertThat(actual.zeroScaleBlocks())
                    .as("zeroScaleBlocks")
                    .isEqualTo(((Number) expected.get("zeroScaleBlocks")).longValue());
        }
    }

    private static void close(SoftAssertions softly, String name, Double actual, Map<?, ?> expected) {
        if (expected.containsKey(name)) {
            Number number = (Number) expected.get(name);
            softly.assertThat(ExactMetrics.isClose(number == null ? null : number.doubleValue(), actual))
                    .as("%s: %s, the oracle's is %s", name, number, actual)
                    .isTrue();
        }
    }

    private static Draws draws(Map<String, ?> one) {
        return one.get("rounding").equals("sr")
                ? new Draws(((Number) one.get("seed")).longValue(), ((Number) one.get("stream")).longValue())
                : null;
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, ?>> tensors() {
        return ((List<Map<String, ?>>) TENSORS).stream();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, ?>> cases(Map<String, ?> tensor) {
        return (List<Map<String, ?>>) tensor.get("cases");
    }

    @SuppressWarnings("unchecked")
    private static byte[] slice(Object slice) {
        return Golden.slice(TENSOR_DATA, (Map<String, ?>) slice);
    }

    private static int[] decoded(NumberFormat format) {
        return IntStream.range(0, 1 << format.bits()).map(format::decode).toArray();
    }

    private static int[] transposed(int[] x, int rows, int cols) {
        return IntStream.range(0, x.length)
                .map(i -> x[i % rows * cols + i / rows])
                .toArray();
    }

    private static int[] words(byte[] littleEndian) {
        int[] words = new int[littleEndian.length / 4];
        ByteBuffer.wrap(littleEndian)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(words);
        return words;
    }

    private static byte[] littleEndian(int[] words) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(words);
        return buffer.array();
    }

    private static int[] words(Object hex) {
        return hex instanceof List<?> list
                ? list.stream().mapToInt(word -> bits((String) word)).toArray()
                : IntStream.range(0, ((String) hex).length() / 8)
                        .map(i -> bits(((String) hex).substring(8 * i, 8 * i + 8)))
                        .toArray();
    }

    private static int bits(String hex) {
        return hex.equals("nan") ? Binary32.NAN : Integer.parseUnsignedInt(hex, 16);
    }

    private static List<String> patterns(int... bits) {
        return IntStream.of(bits).mapToObj(OracleGoldenTest::pattern).toList();
    }

    /** Any pattern that is not a number equals any other. */
    private static String pattern(int bits) {
        return "%08x".formatted(Binary32.isNaN(bits) ? Binary32.NAN : bits);
    }
}
