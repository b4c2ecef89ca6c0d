package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What an import tells of one owner.
 *
 * @param owner whose frames they are
 * @param entities whose readings travel in the owner's frames, by id; empty for an owner without energy of its own
 * @param producer of the frames: the same file, read the same way, has the same one
 * @param first time of the first reading
 * @param last time of the last reading, not before the first
 */
public record ToldHistory(String owner, List<String> entities, String producer, Instant first, Instant last) {
    public ToldHistory {
        requireNonNull(owner, "owner");
        entities = List.copyOf(entities);
        requireNonNull(producer, "producer");
        if (last.isBefore(first)) {
            throw new IllegalArgumentException(
                    "the last reading of " + owner + ", " + last + ", is before the first, " + first);
        }
    }
}
