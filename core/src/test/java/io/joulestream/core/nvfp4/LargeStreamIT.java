package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tensor of 2.6 GB goes through a heap of 64 MiB. */
class LargeStreamIT {
    private static final long ROWS = 20_000;
    private static final long COLS = 65_536;

    @TempDir
    Path folder;

    @Test
    void aFileLargerThanAnyArrayGoesThroughASmallHeap() throws Exception {
        Path file = folder.resolve("large.bf16");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            // 1.0 as the last element; all before it is a hole
            channel.write(ByteBuffer.wrap(new byte[] {(byte) 0x80, 0x3F}), (ROWS * COLS - 1) * 2);
        }

        String output = ChildJava.run(
                Path.of(System.getProperty("java.home")),
                List.of("-Xmx64m", "--add-modules", "jdk.incubator.vector"),
                Main.class,
                file.toString());

        assertThat(output).contains("n 1310720000 amax 1.0 zero scales 81919999 exact true");
    }

    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel file = FileChannel.open(Path.of(arguments[0]))) {
                TensorSource source = TensorSource.of(file, 0, ElementType.BF16, ROWS, COLS);
                QuantisedSummary summary = new StreamingQuantiser(QuantiserOptions.of(QuantisationMode.ONE_D))
                        .quantise(source, QuantisedOutputs.NONE);
                QuantisationMetrics metrics = summary.metrics();
                System.out.printf(
                        "n %d amax %s zero scales %d exact %s%n",
                        metrics.n(), summary.tensorScale().amax(), metrics.zeroScaleBlocks(), metrics.exact());
            }
        }
    }
}
