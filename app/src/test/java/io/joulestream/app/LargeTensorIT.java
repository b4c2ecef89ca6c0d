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

/**
 * A report of a file that is larger than the memory, in a process of its own. The file is sparse: it takes no room on the disk.
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
        Path told = folder.resolve("told.txt");

        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Measured.class.getName(),
                        "nvfp4",
                        "report",
                        sparse().toString(),
                        "--format",
                        "csv",
                        "--out",
                        out.toString()))
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        boolean ended = process.waitFor(GIBIBYTES * 120L, TimeUnit.SECONDS);
        process.destroyForcibly();

        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(Files.readString(told)).isZero();
        List<String> peak = Files.readAllLines(told);
        assertThat(Long.parseLong(peak.get(peak.size() - 1)) >> 10).isLessThan(MOST_MEBIBYTES);
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1))
                .startsWith("large,\"[" + BYTES / 4 / COLS + ", " + COLS + "]\",F32,")
                .contains(",1d,")
                .contains("," + (BYTES / 4 / 2 + BYTES / 4 / 16 + 4) + ",");
        // the numbers at both ends, and nothing else, make the error
        assertThat(Double.parseDouble(lines.get(1).split(",")[7])).isBetween(15.0, 25.0);
    }

    private Path sparse() throws IOException {
        String header = "{\"large\":{\"dtype\":\"F32\",\"shape\":[" + BYTES / 4 / COLS + "," + COLS
                + "],\"data_offsets\":[0," + BYTES + "]}}";
        Random random = new Random(53);
        float[] ends = new float[COLS];
        for (int i = 0; i < COLS; i++) {
            ends[i] = (float) random.nextGaussian();
        }
        byte[] row = TensorFiles.floats(ends);
        Path path = folder.resolve("large.safetensors");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(TensorFiles.safetensors(header, row));
            file.seek(8 + header.length() + BYTES - row.length);
            file.write(row);
        }
        return path;
    }
}
