package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The class files of this build give the golden bits on every other JDK installed beside the one that runs it, with the
 * Vector API and without. Skipped where there is no other.
 */
class OtherJdksIT {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
    private static final int OLDEST = 17;

    @Test
    void theSameClassFilesGiveTheGoldenBitsOnOtherJdks() throws Exception {
        List<Path> others = others();
        assumeFalse(others.isEmpty(), "no other JDK beside " + System.getProperty("java.home"));

        for (Path jdk : others) {
            assertGoldenBits(jdk, "on vectors", "--add-modules", "jdk.incubator.vector");
            assertGoldenBits(jdk, "on plain loops", "-D" + Kernels.PROPERTY + "=plain");
        }
    }

    @Test
    void narrowerVectorsGiveTheGoldenBits() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "only x86 JVMs can be told how wide vectors are");

        // blocks of two vectors of 8 floats, as on a machine without AVX-512
        assertGoldenBits(
                Path.of(System.getProperty("java.home")),
                "on vectors",
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:UseAVX=2");
    }

    private static void assertGoldenBits(Path jdk, String path, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("-Xmx1g", "-Dnvfp4.blocks=100000"));
        all.addAll(List.of(options));

        String output = ChildJava.run(jdk, all, GoldenRun.class);

        System.out.println(
                jdk + ": " + output.lines().reduce((first, last) -> last).orElse(""));
        // a machine without wide vectors has plain loops on every JDK
        assertThat(output).contains(Kernels.vectorsArePresent() ? path : "on plain loops");
    }

    /** Java homes in the folder of this one that are of another version. */
    private static List<Path> others() throws IOException {
        Path home = Path.of(System.getProperty("java.home")).toRealPath();
        List<Path> others = new ArrayList<>();
        try (Stream<Path> beside = Files.list(home.getParent())) {
            for (Path jdk : beside.sorted().toList()) {
                int version = version(jdk.resolve("release"));
                if (Files.isExecutable(jdk.resolve("bin/java"))
                        && version >= OLDEST
                        && version != Runtime.version().feature()) {
                    others.add(jdk);
                }
            }
        }
        return others;
    }

    private static int version(Path release) throws IOException {
        if (!Files.isReadable(release)) {
            return 0;
        }
        Matcher matcher = VERSION.matcher(Files.readString(release));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
