package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** {@code ./joulestream}, as a distribution has it. */
final class Launcher {
    private Launcher() {}

    /**
     * This JVM's {@code java} with what the launcher gives it for a command, told by one in its place that does nothing else.
     *
     * @param folder where a distribution and that {@code java} may lie
     */
    static List<String> javaFor(String command, Path folder) throws IOException, InterruptedException {
        Path distribution = Files.createDirectories(folder.resolve("distribution"));
        Files.createDirectories(distribution.resolve("lib"));
        Path launcher = Files.copy(
                Path.of("..", "joulestream"), distribution.resolve("joulestream"), StandardCopyOption.REPLACE_EXISTING);
        Path home = folder.resolve("java");
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path teller = Files.writeString(bin.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(teller.toFile().setExecutable(true)).isTrue();
        Files.copy(
                Path.of(System.getProperty("java.home"), "release"),
                home.resolve("release"),
                StandardCopyOption.REPLACE_EXISTING);

        ProcessBuilder builder = new ProcessBuilder("sh", launcher.toString(), command);
        builder.environment().put("JAVA_HOME", home.toString());
        builder.environment().remove("JOULESTREAM_JAVA_OPTS");
        Process process = builder.start();
        List<String> told = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();

        assertThat(process.waitFor()).isZero();
        assertThat(told).contains("-cp");
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(told.subList(0, told.indexOf("-cp")));
        return java;
    }
}
