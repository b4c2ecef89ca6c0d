package io.joulestream.app.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs short programs to their end. */
final class Commands {
    private Commands() {}

    /** What a program that has ended said, on either stream, and its exit code. */
    record Outcome(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** Runs and collects the output, which must be short. */
    static Outcome run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Outcome(await(process), output.strip());
    }

    /**
     * Runs in {@code folder} and appends the output to {@code log}; children of the program may go on writing there. No
     * PostgreSQL setting of the user's environment is passed on.
     *
     * @return the exit code
     */
    static int run(List<String> command, Path folder, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        return await(process);
    }

    private static int await(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException(
                    "interrupted while running " + process.info().command().orElse("a program"), e);
        }
    }
}
