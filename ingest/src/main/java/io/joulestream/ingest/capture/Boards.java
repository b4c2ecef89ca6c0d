package io.joulestream.ingest.capture;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.ingest.Problem;
import io.joulestream.ingest.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the boards of a capture, by number.
 *
 * @param names as the driver names them
 * @param limitMilliwatts the enforced power limit; 0 where it is not told
 */
public record Boards(List<String> names, List<Long> limitMilliwatts) {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final String REMEDY = "give the file as it was written";

    public Boards {
        names = List.copyOf(names);
        limitMilliwatts = List.copyOf(limitMilliwatts);
    }

    /** No board, and a problem more, where it is not the JSON object that it should be. */
    static Boards read(Path path, InputStream in, Problems problems) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            problems.add(new Problem(path.toString(), "more than " + MAX_BYTES + " bytes", REMEDY));
            return new Boards(List.of(), List.of());
        }
        JsonNode about;
        try {
            about = JsonLines.JSON.readTree(bytes);
        } catch (IOException e) {
            about = null;
        }
        if (about == null
                || !about.path("gpus").isArray()
                || !about.path("power_limit_mw").isArray()) {
            problems.add(new Problem(
                    path.toString(), "this is not a JSON object in UTF-8 with gpus and power_limit_mw", REMEDY));
            return new Boards(List.of(), List.of());
        }
        List<String> names = new ArrayList<>();
        about.path("gpus").forEach(name -> names.add(name.asText("")));
        List<Long> limits = new ArrayList<>();
        // a board that has no limit to tell writes none
        about.path("power_limit_mw").forEach(limit -> limits.add(Math.max(0, limit.asLong(0))));
        if (limits.stream().anyMatch(limit -> limit > NvmlTable.MOST_MILLIWATTS)) {
            problems.add(new Problem(path.toString(), "a power_limit_mw of more than a megawatt", REMEDY));
            return new Boards(names, List.of());
        }
        return new Boards(names, limits);
    }

    /** "GPU" for one of which nothing is known. */
    public String name(int gpu) {
        return gpu < names.size() && !names.get(gpu).isBlank() ? names.get(gpu) : "GPU";
    }

    /** Milliwatts; 0 where it is not told. */
    public long limit(int gpu) {
        return gpu < limitMilliwatts.size() ? limitMilliwatts.get(gpu) : 0;
    }
}
