package io.joulestream.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/** What this program is made of. */
final class Versions {
    private Versions() {}

    static String joulestream() {
        try (InputStream resource = Versions.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("reading version.properties from the class path", e);
        }
    }

    static Map<String, String> all() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("joulestream", joulestream());
        versions.put("java", System.getProperty("java.version"));
        versions.put("flink", EnvironmentInformation.getVersion());
        versions.put("kafka", AppInfoParser.getVersion());
        return versions;
    }
}
