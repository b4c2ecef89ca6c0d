package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.app.embedded.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavepointRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private DataDirectory directory;

    @BeforeEach
    void aServiceRuns() throws IOException {
        directory = DataDirectory.open(folder.resolve("data"));
        directory.publish(Map.of("api.address", "http://localhost"));
    }

    @AfterEach
    void itEnds() throws IOException {
        directory.close();
    }

    @Test
    void whoeverAsksIsToldHisOwnSavepointAndNoFileIsLeft() throws Exception {
        try (SavepointRequests requests =
                new SavepointRequests(directory.path(), below -> below.resolve("savepoint-1"))) {
            requests.start();
            CompletableFuture<Path> other = CompletableFuture.supplyAsync(() -> ask("b"));

            assertThat(ask("a")).isEqualTo(folder.resolve("a/savepoint-1"));
            assertThat(other.get()).isEqualTo(folder.resolve("b/savepoint-1"));
        }
        try (Stream<Path> files = Files.list(directory.path())) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("savepoint"));
        }
    }

    @Test
    void theReasonIsToldWhereNoneCouldBeMade() throws Exception {
        try (SavepointRequests requests = new SavepointRequests(directory.path(), below -> {
            throw new IllegalStateException("outer", new IOException("disk full"));
        })) {
            requests.start();

            assertThatThrownBy(() -> ask("a"))
                    .isInstanceOf(UserError.class)
                    .hasMessage("no savepoint was made: disk full");
        }
    }

    @Test
    void whatAnEarlierServiceWasAskedIsNotAnswered() throws Exception {
        Path left = Files.writeString(directory.path().resolve("savepoint-request-1"), "/nowhere");
        CompletableFuture<Path> asked = new CompletableFuture<>();
        try (SavepointRequests requests = new SavepointRequests(directory.path(), below -> {
            asked.complete(below);
            return below;
        })) {
            requests.start();
            ask("a");
        }

        assertThat(asked).isCompletedWithValue(folder.resolve("a"));
        assertThat(left).doesNotExist();
    }

    @Test
    void aServiceThatEndsIsNotWaitedFor() throws Exception {
        directory.close();

        assertThatThrownBy(() -> ask("a"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("ended before it had made a savepoint");
        try (Stream<Path> files = Files.list(directory.path())) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .as("the request is taken back")
                    .doesNotContainAnyElementsOf(List.of("savepoint-request"))
                    .noneMatch(name -> name.startsWith("savepoint-"));
        }
    }

    private Path ask(String below) {
        try {
            return SavepointRequests.ask(directory.path(), folder.resolve(below), PATIENCE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
