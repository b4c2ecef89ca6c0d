package io.joulestream.app;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a backup holds, as its {@code manifest.json} says. It is written last: a backup without one was never finished.
 *
 * @param format of the folder and of this file
 * @param product which made it
 * @param schema version of the database's schema; a later product makes it and brings it up to date
 * @param edition of the database it is of; it can be restored on any
 * @param createdAt when the savepoint was complete, by this machine's clock
 * @param offsets from which on Kafka must still hold each partition
 * @param savepoint the job's state
 * @param tables of the database, those that others refer to first
 */
record BackupManifest(
        int format,
        String product,
        String schema,
        String edition,
        String tenant,
        @JsonProperty("created_at") String createdAt,
        List<Offset> offsets,
        List<StoredFile> savepoint,
        List<Table> tables,
        List<Sequence> sequences) {
    static final int FORMAT = 1;

    /** @param offset the first one that is not in the savepoint */
    record Offset(String topic, @JsonProperty("topic_id") String topicId, int partition, long offset) {}

    /**
     * @param name below the backup's folder, separated by slashes
     * @param sha256 in hexadecimal digits
     */
    record StoredFile(String name, long bytes, String sha256) {
        StoredFile {
            requireNonNull(name, "name");
            requireNonNull(sha256, "sha256");
        }
    }

    /** @param columns in the order of the file */
    record Table(String name, List<String> columns, long rows, StoredFile file) {
        Table {
            requireNonNull(name, "name");
            requireNonNull(file, "file");
            columns = List.copyOf(columns);
        }
    }

    /** @param next the next id it gives */
    record Sequence(String table, String column, long next) {}

    BackupManifest {
        requireNonNull(schema, "schema");
        requireNonNull(edition, "edition");
        requireNonNull(tenant, "tenant");
        offsets = List.copyOf(offsets);
        savepoint = List.copyOf(savepoint);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
    }

    long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }
}
