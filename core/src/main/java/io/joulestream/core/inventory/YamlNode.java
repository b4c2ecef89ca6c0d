package io.joulestream.core.inventory;

import java.util.List;
import java.util.Map;

/** One value of a YAML file and the line it starts on. Scalars stay text: what they mean is for the reader of the key. */
sealed interface YamlNode {
    int line();

    /** @param plain whether it was written without quotes, so that {@code null} and {@code ~} mean nothing */
    record Scalar(int line, String text, boolean plain) implements YamlNode {
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    record Sequence(int line, List<YamlNode> items) implements YamlNode {}

    record Mapping(int line, Map<String, Entry> entries) implements YamlNode {}

    /** @param line of the key */
    record Entry(int line, YamlNode value) {}
}
