package io.joulestream.app;

import java.nio.file.Path;
import java.util.Locale;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;

/** Where and how this process logs. {@code log4j2.xml} reads what is set here. */
final class Logs {
    private static final String PROPERTY = "joulestream.logs";
    private static final String FORMAT = "joulestream.log.format";

    /** How a line of the log looks. */
    enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line, a stack trace in it, with the names of the Elastic Common Schema. */
        JSON
    }

    private Logs() {}

    /** From now on into a folder, unless the user has named one. */
    static void into(Path folder) {
        if (System.getProperty(PROPERTY) != null) {
            return;
        }
        System.setProperty(PROPERTY, folder.toString());
        ((LoggerContext) LogManager.getContext(false)).reconfigure();
    }

    /** From now on in a format. */
    static void in(Format format) {
        String word = format.name().toLowerCase(Locale.ROOT);
        if (!word.equals(System.getProperty(FORMAT, "text"))) {
            System.setProperty(FORMAT, word);
            ((LoggerContext) LogManager.getContext(false)).reconfigure();
        }
    }

    /** The folder, as far as anybody has said. */
    static String folder() {
        return System.getProperty(PROPERTY, "the system's temporary folder");
    }
}
