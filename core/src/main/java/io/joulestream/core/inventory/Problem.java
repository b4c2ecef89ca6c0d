package io.joulestream.core.inventory;

import static java.util.Objects.requireNonNull;

/**
 * Something wrong in a site file.
 *
 * @param line counted from 1
 * @param path of the value in the file, such as {@code entities[3].channels[0].samplePeriod}; empty for the whole file
 * @param message what is wrong, with the value, for the person who wrote the file
 */
public record Problem(int line, String path, String message) {
    public Problem {
        requireNonNull(path, "path");
        requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return "line " + line + (path.isEmpty() ? "" : ", " + path) + ": " + message;
    }
}
