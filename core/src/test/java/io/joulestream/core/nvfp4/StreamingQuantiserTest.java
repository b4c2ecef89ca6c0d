package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StreamingQuantiserTest {
    private static final Random RANDOM = new Random(7);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(QuantisationMode.class)
    void aStreamHasTheBitsOfTheArray(QuantisationMode mode) throws IOException {
        // more than one strip, the last one short
        int rows = 1_072;
        int cols = mode.codec().tileRows() > 1 ? 1_040 : 1_043;

        assertSame(QuantiserOptions.of(mode), Tensors.student(RANDOM, rows * cols, 3), rows, cols, Workers.CALLER);
    }

    static Stream<QuantiserOptions> recipes() {
        QuantiserOptions oneD = QuantiserOptions.of(QuantisationMode.ONE_D);
        return Stream.of(
                oneD.withHadamard(RandomHadamard.FP32),
                oneD.withHadamard(RandomHadamard.BF16).withStochasticRounding(5, 6),
                oneD.withStochasticRounding(-1, 1),
                oneD.withAmax(2f),
                QuantiserOptions.of(QuantisationMode.TWO_D).withStochasticRounding(1, 2));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void everyRecipeStreams(QuantiserOptions options) throws IOException {
        int cols = options.mode() == QuantisationMode.TWO_D ? 1_024 : 1_021;

        assertSame(options, Tensors.gauss(RANDOM, 1_184 * cols), 1_184, cols, Workers.CALLER);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void theNumberOfWorkersChangesNothing(QuantiserOptions options) throws IOException {
        float[] x = Tensors.gauss(RANDOM, 5_008 * 512);
        try (ThreadWorkers threads = new ThreadWorkers(3)) {
            Streamed alone = stream(options, TensorSource.of(x, 5_008, 512), Workers.CALLER);

            Streamed together = stream(options, TensorSource.of(x, 5_008, 512), threads);

            assertThat(together.summary()).isEqualTo(alone.summary());
            assertThat(together.codes()).isEqualTo(alone.codes());
            assertThat(together.scales()).isEqualTo(alone.scales());
            assertThat(together.values()).isEqualTo(alone.values());
        }
    }

    @ParameterizedTest
    @EnumSource(QuantisationMode.class)
    void smallTensorsOfOddShapesStream(QuantisationMode mode) throws IOException {
        int multiple = mode.codec().tileRows();
        try (ThreadWorkers threads = new ThreadWorkers(2)) {
            for (int[] shape : new int[][] {{1, 1}, {1, 33}, {17, 1}, {3, 31}, {33, 65}, {5, 48}}) {
                int rows = shape[0] * multiple;
                int cols = shape[1] * multiple;
                float[] x = Tensors.anyPattern(RANDOM, rows * cols);
                assertSame(QuantiserOptions.of(mode), x, rows, cols, Workers.CALLER);
                assertSame(QuantiserOptions.of(mode), x, rows, cols, threads);
            }
        }
    }

    @Test
    void aPlanCoversEveryElementOnceInOrder() {
        for (QuantisationMode mode : List.of(QuantisationMode.ONE_D, QuantisationMode.TWO_D, QuantisationMode.BF16)) {
            for (long cols : new long[] {16, 1_008, 1 << 16, 1 << 20}) {
                TensorShape shape = new TensorShape(16_384, cols);
                StripPlan plan = StripPlan.of(mode, shape);
                long next = 0;
                for (long strip = 0; strip < plan.strips(); strip++) {
                    assertThat(plan.firstRow(strip) * cols + plan.firstCol(strip))
                            .isEqualTo(next);
                    assertThat(plan.inputCols(strip) == cols || plan.rows(strip) == 1)
                            .isTrue();
                    next += (long) plan.rows(strip) * plan.inputCols(strip);
                }
                assertThat(next).isEqualTo(shape.elements());
                assertThat((long) plan.inFlight(64) * plan.stripElements()).isLessThanOrEqualTo(1 << 26);
            }
        }
    }

    @Test
    void aRowLongerThanAStripIsCut() throws IOException {
        int cols = (1 << 20) + 12_345;

        assertSame(
                QuantiserOptions.of(QuantisationMode.ONE_D).withStochasticRounding(3, 4),
                Tensors.gauss(RANDOM, 2 * cols),
                2,
                cols,
                Workers.CALLER);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void aFileStreamsAsItsWidenedElements(ElementType type) throws IOException {
        int rows = 700;
        int cols = 1_601;
        byte[] bytes = new byte[13 + rows * cols * type.bytes()];
        RANDOM.nextBytes(bytes);
        float[] x = widened(bytes, 13, type);
        Path path = Files.write(folder.resolve("tensor"), bytes);

        try (FileChannel file = FileChannel.open(path)) {
            TensorSource source = TensorSource.of(file, 13, type, rows, cols);
            assertSame(QuantiserOptions.of(QuantisationMode.ONE_D), source, x, rows, cols, Workers.CALLER);
            assertSame(
                    QuantiserOptions.of(QuantisationMode.ONE_D).withHadamard(RandomHadamard.FP32),
                    source.transposed(),
                    Tensors.transpose(x, rows, cols),
                    cols,
                    rows,
                    Workers.CALLER);
            ByteBuffer mapped = file.map(FileChannel.MapMode.READ_ONLY, 13, bytes.length - 13);
            assertSame(
                    QuantiserOptions.of(QuantisationMode.ONE_D),
                    TensorSource.of(mapped, type, rows, cols).transposed(),
                    Tensors.transpose(x, rows, cols),
                    cols,
                    rows,
                    Workers.CALLER);
        }
    }

    @Test
    void emptyTensorsHaveNoFigures() throws IOException {
        for (int[] shape : new int[][] {{0, 5}, {5, 0}, {0, 0}}) {
            assertSame(QuantiserOptions.of(QuantisationMode.ONE_D), new float[0], shape[0], shape[1], Workers.CALLER);
        }
    }

    @Test
    void progressAddsUpToWhatIsRead() throws IOException {
        TensorSource source = TensorSource.of(new float[3_000 * 999], 3_000, 999);
        List<Long> steps = new ArrayList<>();
        StreamingQuantiser quantiser =
                new StreamingQuantiser(QuantiserOptions.of(QuantisationMode.ONE_D)).withProgress(steps::add);

        quantiser.quantise(source, QuantisedOutputs.NONE);

        assertThat(quantiser.elementsToRead(source)).isEqualTo(2 * 3_000 * 999);
        assertThat(steps).hasSizeGreaterThan(4);
        assertThat(steps.stream().mapToLong(Long::longValue).sum()).isEqualTo(2 * 3_000 * 999);
    }

    @ParameterizedTest
    @EnumSource(QuantisationMode.class)
    void aSourceIsReadTwiceOnlyForATensorScale(QuantisationMode mode) throws IOException {
        AtomicLong read = new AtomicLong();
        TensorSource x = TensorSource.of(Tensors.gauss(RANDOM, 64 * 64), 64, 64);
        TensorSource counted = new TensorSource() {
            @Override
            public long rows() {
                return x.rows();
            }

            @Override
            public long cols() {
                return x.cols();
            }

            @Override
            public void read(long row, long col, int rows, int cols, float[] into, int at) throws IOException {
                read.addAndGet((long) rows * cols);
                x.read(row, col, rows, cols, into, at);
            }
        };
        StreamingQuantiser quantiser = new StreamingQuantiser(QuantiserOptions.of(mode));

        quantiser.quantise(counted, QuantisedOutputs.NONE);

        assertThat(read).hasValue(64 * 64 * (mode.hasTensorScale() ? 2 : 1)).hasValue(quantiser.elementsToRead(x));
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingIsRead() throws IOException {
        TensorSource wide = new Unreadable(16, 1 << 21);
        assertThatThrownBy(() -> stream(QuantiserOptions.of(QuantisationMode.TWO_D), wide, Workers.CALLER))
                .hasMessage("mode 2d takes rows of at most 1048576 columns in a stream, were 2097152");
        assertThatThrownBy(() -> stream(
                        QuantiserOptions.of(QuantisationMode.ONE_D),
                        new Unreadable(1L << 40, 1L << 40),
                        Workers.CALLER))
                .hasMessage("rows * cols is too large: 1099511627776 * 1099511627776");
        assertThatThrownBy(() -> new StreamingQuantiser(QuantiserOptions.of(QuantisationMode.FP8_E4M3))
                        .quantise(new Unreadable(1, 1), new QuantisedOutputs(null, new ByteArrayOutputStream(), null)))
                .hasMessage("mode fp8-e4m3 has no scale bytes to write");
        Path path = Files.write(folder.resolve("short"), new byte[99]);
        try (FileChannel file = FileChannel.open(path)) {
            assertThatThrownBy(() -> TensorSource.of(file, 20, ElementType.F32, 4, 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "the file has 99 bytes; 4 x 5 elements of f32 from byte 20 on need 80 more than that offset");
            assertThatThrownBy(() -> TensorSource.of(file, -1, ElementType.F32, 0, 5))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> TensorSource.of(ByteBuffer.allocate(79), ElementType.F32, 4, 5))
                .hasMessage("the buffer has 79 bytes; 4 x 5 elements of f32 are 80");
    }

    @Test
    void aFileThatShrinksIsAnErrorOfReading() throws IOException {
        Path path = Files.write(folder.resolve("shrinks"), new byte[4_000]);
        try (FileChannel file = FileChannel.open(path)) {
            TensorSource source = TensorSource.of(file, 0, ElementType.F32, 10, 100);
            Files.write(path, new byte[3_000]);

            assertThatThrownBy(() -> stream(QuantiserOptions.of(QuantisationMode.ONE_D), source, Workers.CALLER))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the file ended at byte 3000 while it was read");
        }
    }

    @Test
    void theMedianOfManyBlocksIsWithinAHundredthOfADecibel() {
        double[] decibels = RANDOM.doubles((1 << 16) + 1_001, -20, 60).toArray();
        MedianSqnr median = new MedianSqnr();
        MedianSqnr merged = new MedianSqnr();
        for (double value : decibels) {
            median.add(Math.pow(10, value / 10));
        }
        merged.add(median);
        merged.add(Double.POSITIVE_INFINITY);
        merged.add(1e-165);

        Arrays.sort(decibels);
        assertThat(median.decibels()).isCloseTo(decibels[decibels.length / 2], within(0.01));
        assertThat(merged.decibels()).isCloseTo(decibels[decibels.length / 2], within(0.01));
    }

    @Test
    void theMedianOfMostlyExactBlocksIsInfinite() {
        MedianSqnr median = new MedianSqnr();
        for (int i = 0; i < (1 << 16) + 2; i++) {
            median.add(i % 3 == 0 ? 1 : Double.POSITIVE_INFINITY);
        }

        assertThat(median.decibels()).isInfinite();
    }

    private static void assertSame(QuantiserOptions options, float[] x, int rows, int cols, Workers workers)
            throws IOException {
        assertSame(options, TensorSource.of(x, rows, cols), x, rows, cols, workers);
    }

    private static void assertSame(
            QuantiserOptions options, TensorSource source, float[] x, int rows, int cols, Workers workers)
            throws IOException {
        Quantised expected = new Quantiser(options).quantise(x, rows, cols);

        Streamed actual = stream(options, source, workers);

        assertThat(actual.codes()).isEqualTo(expected.codes());
        assertThat(actual.scales()).isEqualTo(expected.scales());
        assertThat(actual.values()).isEqualTo(Golden.littleEndian(expected.dequantise()));
        QuantisedSummary summary = actual.summary();
        assertThat(summary.tensorScale()).isEqualTo(expected.tensorScale());
        assertThat(summary.rows()).isEqualTo(expected.rows());
        assertThat(summary.cols()).isEqualTo(expected.cols());
        assertThat(summary.paddedCols()).isEqualTo(expected.paddedCols());
        assertThat(summary.storedBytes()).isEqualTo(expected.storedBytes());
        assertThat(summary.metrics())
                .usingRecursiveComparison()
                .withComparatorForType(StreamingQuantiserTest::compareToNineDigits, Double.class)
                .isEqualTo(expected.metrics(x));
    }

    private static int compareToNineDigits(Double a, Double b) {
        return Math.abs(a - b) <= 1e-9 * Math.abs(a) ? 0 : Double.compare(a, b);
    }

    private static Streamed stream(QuantiserOptions options, TensorSource source, Workers workers) throws IOException {
        ByteArrayOutputStream codes = new ByteArrayOutputStream();
        ByteArrayOutputStream scales = options.mode().codec().blockLength() == 0 ? null : new ByteArrayOutputStream();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        QuantisedSummary summary = new StreamingQuantiser(options)
                .withWorkers(workers)
                .quantise(source, new QuantisedOutputs(codes, scales, values));
        return new Streamed(
                summary,
                codes.toByteArray(),
                scales == null ? new byte[0] : scales.toByteArray(),
                values.toByteArray());
    }

    private static float[] widened(byte[] bytes, int from, ElementType type) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] x = new float[(bytes.length - from) / type.bytes()];
        for (int i = 0; i < x.length; i++) {
            int at = from + i * type.bytes();
            x[i] = switch (type) {
                case F32 -> buffer.getFloat(at);
                case BF16 -> Float.intBitsToFloat(buffer.getShort(at) << 16);
                case F16 -> Fp16.decode(buffer.getShort(at));
            };
        }
        return x;
    }

    private record Streamed(QuantisedSummary summary, byte[] codes, byte[] scales, byte[] values) {}

    private record Unreadable(long rows, long cols) implements TensorSource {
        @Override
        public void read(long row, long col, int rows, int cols, float[] into, int at) {
            throw new AssertionError("read");
        }
    }
}
