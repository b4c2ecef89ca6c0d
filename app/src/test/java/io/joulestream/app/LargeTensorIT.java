package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.app.tensor.TensorFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tensors that are larger than the memory, in a process with the options that the launcher gives. Their files are sparse: they
 * take no room on the disk.
 *
 * <p>One gibibyte in a build. All sixteen that are promised to fit into 512 MiB of memory:
 * {@code mvn -pl app -am verify -Dit.test=LargeTensorIT -Dtensor.gibibytes=16}.
 */
class LargeTensorIT {
    private static final int GIBIBYTES = Integer.getInteger("tensor.gibibytes", 1);
    private static final int COLS = 16_384;
    private static final long BYTES = (long) GIBIBYTES << 30;
    private static final int MOST_MEBIBYTES = 512;

    @TempDir
    private Path folder;

    /** What is run, with the most memory that it had at any time on its last line: as the kernel counts, in KiB. */
    public static final class Measured {
        private Measured() {}

        public static void main(String[] arguments) throws IOException {
            int exit = Joulestream.run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments);
            String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .findFirst()
                    .orElseThrow();
            System.out.println(peak.replaceAll("[^0-9]", ""));
            System.exit(exit);
        }
    }

    @Test
    void aFileLargerThanTheMemoryIsReportedOn() throws Exception {
        Path out = folder.resolve("report.csv");

        long peak = mebibytesOf("report", sparse(BYTES, COLS).toString(), "--format", "csv", "--out", out.toString());

        assertThat(peak).isLessThan(MOST_MEBIBYTES);
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1))
                .startsWith("large,\"[" + BYTES / 4 / COLS + ", " + COLS + "]\",F32,")
                .contains(",1d,")
                .contains("," + (BYTES / 4 / 2 + BYTES / 4 / 16 + 4) + ",");
        // the numbers at both ends, and nothing else, make the error
        assertThat(Double.parseDouble(lines.get(1).split(",")[7])).isBetween(15.0, 25.0);
    }

    /** Strips of 2^24 elements, the most there can be at once; BF16 has the largest codes of all modes. */
    @ParameterizedTest
    @ValueSource(strings = {"2d", "bf16"})
    void theLargestStripsFitWithAllThatIsWritten(String mode) throws Exception {
        Path values = folder.resolve("values");
        long bytes = 48L * Float.BYTES << 20;

        long peak = mebibytesOf(
                "quantize",
                "--input",
                sparse(bytes, 1 << 20).toString(),
                "--mode",
                mode,
                "--out-codes",
                folder.resolve("codes").toString(),
                "--out-dequant",
                values.toString());

        assertThat(peak).isLessThan(MOST_MEBIBYTES);
        assertThat(values).hasSize(bytes);
    }

    /** The most memory that a process of the launcher's JVM had at any time. */
    private long mebibytesOf(String... arguments) throws Exception {
        Path told = folder.resolve("told.txt");
        List<String> command = Launcher.javaFor("nvfp4", folder);
        assertThat(command).contains("-Xmx384m");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Measured.class.getName(), "nvfp4"));
        command.addAll(List.of(arguments));

        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        boolean ended = process.waitFor(GIBIBYTES * 120L, TimeUnit.SECONDS);
        process.destroyForcibly();

        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(Files.readString(told)).isZero();
        List<String> lines = Files.readAllLines(told);
        long peak = Long.parseLong(lines.get(lines.size() - 1)) >> 10;
        System.out.println("LargeTensorIT: " + arguments[0] + " had at most " + peak + " MiB");
        return peak;
    }

    private Path sparse(long bytes, int cols) throws IOException {
        String header = "{\"large\":{\"dtype\":\"F32\",\"shape\":[" + bytes / Float.BYTES / cols + "," + cols
                + "],\"data_offsets\":[0," + bytes + "]}}";
        Random random = new Random(53);
        float[] ends = new float[cols];
        for (int i = 0; i < cols; i++) {
            ends[i] = (float) random.nextGaussian();
        }
        byte[] row = TensorFiles.floats(ends);
        Path path = folder.resolve("large.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(TensorFiles.safetensors(header, row));
            file.seek(8 + header.length() + bytes - row.length);
            file.write(row);
        }
        return path;
    }
}
