package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartStateTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    @TempDir
    private Path folder;

    private Path checkpoints;
    private Path savepoint;

    @BeforeEach
    void aCheckpointAndASavepoint() throws IOException {
        checkpoints = folder.resolve("checkpoints");
        Files.writeString(
                Files.createDirectories(checkpoints.resolve("retained/job/chk-7"))
                        .resolve("_metadata"),
                "old");
        savepoint = Files.createDirectories(folder.resolve("backup/savepoint"));
        Files.writeString(savepoint.resolve("_metadata"), "new");
        Files.writeString(savepoint.resolve("4711"), "state");
    }

    @Test
    void theJobStartsFromTheSavepointAndFromLaterCheckpointsAfterIt() throws IOException {
        StartState state = StartState.prepare(checkpoints, savepoint);
        assertThat(newest()).as("as long as nothing is changed").isEqualTo("old");

        assertThat(state.setAside(NOW)).contains(checkpoints.resolve("replaced-1700000000000"));
        assertThat(EmbeddedJob.newestCheckpoint(EmbeddedJob.retained(checkpoints)))
                .as("while the database is being restored")
                .isEmpty();

        state.putInPlace();
        assertThat(newest()).isEqualTo("new");
        assertThat(EmbeddedJob.retained(checkpoints).resolve("restored/4711")).hasContent("state");
        assertThat(savepoint.resolve("4711")).as("the backup stays as it is").exists();
        assertThat(checkpoints.resolve("replaced-1700000000000/job/chk-7/_metadata"))
                .hasContent("old");

        Path later = Files.createDirectories(EmbeddedJob.retained(checkpoints).resolve("job/chk-1"));
        Files.writeString(later.resolve("_metadata"), "later");
        Files.setLastModifiedTime(
                later.resolve("_metadata"),
                java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(newest()).isEqualTo("later");
    }

    @Test
    void whatAnInterruptedRestoreLeftIsReplaced() throws IOException {
        StartState.prepare(checkpoints, savepoint);
        Files.delete(savepoint.resolve("4711"));

        StartState state = StartState.prepare(checkpoints, savepoint);
        state.setAside(NOW);
        state.putInPlace();

        assertThat(EmbeddedJob.retained(checkpoints).resolve("restored/4711")).doesNotExist();
    }

    @Test
    void checkpointsThatAreRemovedWhileTheNewestIsLookedForArePassedOver() throws Exception {
        Path job = checkpoints.resolve("retained/job");
        CompletableFuture<Void> flink = CompletableFuture.runAsync(() -> {
            for (int n = 100; n < 2_100; n++) {
                try {
                    Files.delete(Files.createDirectory(job.resolve("chk-" + n)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });

        while (!flink.isDone()) {
            assertThat(newest()).isEqualTo("old");
        }

        flink.get();
    }

    private String newest() throws IOException {
        return Files.readString(EmbeddedJob.newestCheckpoint(EmbeddedJob.retained(checkpoints))
                .orElseThrow()
                .resolve("_metadata"));
    }
}
