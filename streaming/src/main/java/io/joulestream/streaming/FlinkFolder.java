package io.joulestream.streaming;

import java.nio.file.Path;

/** Folders of this machine as Flink names them: unlike in Java's URIs, spaces and letters of any language stay as they are. */
public final class FlinkFolder {
    private FlinkFolder() {}

    public static String uri(Path folder) {
        return "file://" + folder.toAbsolutePath();
    }

    /** @param uri as Flink or a user has written it */
    public static Path of(String uri) {
        return Path.of(new org.apache.flink.core.fs.Path(uri).getPath());
    }
}
