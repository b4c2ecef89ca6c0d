package io.joulestream.app;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/** What this program is made of. */
final class Versions {
    private Versions() {}

    static String joulestream() {
        String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
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
