package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"api, 100000", "demo, 30000"})
    void theSecondCompilerWaits(String command, int calls) throws Exception {
        assertThat(Launcher.javaFor(command, folder)).contains("-XX:Tier4InvocationThreshold=" + calls);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "up", "api", "nvfp4"})
    void aJvmTakesTheOptionsOfACommand(String command) throws Exception {
        List<String> java = Launcher.javaFor(command, folder);
        java.add("-version");

        Process process = new ProcessBuilder(java).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).as(told).isZero();
    }
}
