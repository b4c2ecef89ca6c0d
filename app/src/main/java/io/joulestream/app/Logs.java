package io.joulestream.app;

import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;

/** Where this process logs. */
final class Logs {
    private static final String PROPERTY = "joulestream.logs";

    private Logs() {}

    /** From now on into a folder, unless the user has named one. */
    static void into(Path folder) {
        if (System.getProperty(PROPERTY) != null) {
            return;
        }
        System.setProperty(PROPERTY, folder.toString());
        ((LoggerContext) LogManager.getContext(false)).reconfigure();
    }

    /** The folder, as far as anybody has said. */
    static String folder() {
        return System.getProperty(PROPERTY, "the system's temporary folder");
    }
}
