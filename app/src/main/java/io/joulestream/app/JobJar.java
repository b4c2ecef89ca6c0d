package io.joulestream.app;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** The jar for Flink that was built with this program. */
final class JobJar {
    private static final String NAME = "joulestream-job.jar";

    private JobJar() {}

    /** Where it is: beside the classes of a checkout, or beside the folder of libraries of a distribution. */
    static List<Path> candidates() {
        try {
            Path program = Path.of(JobJar.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return List.of(
                    program.resolveSibling(NAME),
                    program.resolveSibling("..").resolve("job").resolve(NAME).normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the program's own place is not a path", e);
        }
    }
}
