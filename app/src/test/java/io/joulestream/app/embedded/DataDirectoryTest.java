package io.joulestream.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void anAbsentDirectoryIsCreatedForItsOwnerOnly() throws IOException {
        Path path = folder.resolve("a/b");

        try (DataDirectory directory = DataDirectory.open(path)) {
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(path.resolve("version")).hasContent("1");
            assertThat(List.of(directory.kafka(), directory.postgres(), directory.checkpoints(), directory.logs()))
                    .allSatisfy(part -> assertThat(part).isDirectory());
        }
    }

    @Test
    void aDirectoryOpensAgainAfterItWasClosed() throws IOException {
        DataDirectory.open(folder).close();

        try (DataDirectory directory = DataDirectory.open(folder)) {
            assertThat(directory.path()).isEqualTo(folder.toRealPath());
        }
    }

    @Test
    void aDirectoryIsTheSameThroughASymbolicLink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("data")));

        try (DataDirectory directory = DataDirectory.open(link)) {
            assertThatThrownBy(() -> DataDirectory.open(folder.resolve("data")))
                    .isInstanceOf(RefusedDirectoryException.class)
                    .hasMessageContaining(directory.path().toString());
        }
    }

    @Test
    void aDirectoryOpenInThisProcessIsRefused() throws IOException {
        try (DataDirectory first = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> DataDirectory.open(folder))
                    .isInstanceOf(RefusedDirectoryException.class)
                    .hasMessage(
                            "data directory %s is in use by this process: "
                                    + "stop that service first, or choose another directory",
                            first.path());
        }
    }

    @Test
    void aRefusedSecondOpeningLeavesTheFirstLocked() throws Exception {
        try (DataDirectory first = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> DataDirectory.open(folder)).isInstanceOf(RefusedDirectoryException.class);
            DataDirectory.runningService(folder);

            try (ChildJvm other = ChildJvm.start(OpenDirectory.class, first.path())) {
                assertThat(other.nextLine())
                        .contains("is in use by process "
                                + ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void aDirectoryOpenInAnotherProcessIsRefusedUntilThatProcessIsKilled() throws Exception {
        try (ChildJvm other = ChildJvm.start(OpenDirectory.class, folder)) {
            assertThat(other.nextLine()).isEqualTo("open");

            assertThatThrownBy(() -> DataDirectory.open(folder))
                    .isInstanceOf(RefusedDirectoryException.class)
                    .hasMessageContaining("is in use by process " + other.pid());

            other.kill();
            DataDirectory.open(folder).close();
        }
    }

    @Test
    void aDirectoryThatHoldsSomethingElseIsRefusedAndLeftAsItIs() throws IOException {
        Files.writeString(folder.resolve("thesis.tex"), "years of work");

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(RefusedDirectoryException.class)
                .hasMessageMatching("data directory .* holds something else \\(thesis.tex\\): .*");

        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("thesis.tex"));
    }

    @Test
    void aFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(RefusedDirectoryException.class)
                .hasMessageContaining("is not a directory");
    }

    @Test
    void aDirectoryOfAnotherVersionIsRefused() throws IOException {
        DataDirectory.open(folder).close();
        Files.writeString(folder.resolve("version"), "2\n");

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(RefusedDirectoryException.class)
                .hasMessageContaining("has data version 2, this release reads version 1");
        assertThatThrownBy(() -> DataDirectory.open(folder)).hasMessageContaining("version 2");
    }

    @Test
    void aDirectoryWhoseCreationWasCutShortIsTakenOver() throws IOException {
        Files.createFile(folder.resolve("lock"));

        try (DataDirectory directory = DataDirectory.open(folder)) {
            assertThat(directory.path().resolve("version")).hasContent("1");
        }
    }

    @Test
    void endpointsAreThereWhileTheServiceRuns() throws IOException {
        try (DataDirectory directory = DataDirectory.open(folder)) {
            assertThat(DataDirectory.runningService(folder)).isEmpty();

            directory.publish(Map.of("api.url", "http://127.0.0.1:8080", "kafka.bootstrap", "127.0.0.1:9092"));

            assertThat(DataDirectory.runningService(folder))
                    .contains(Map.of("api.url", "http://127.0.0.1:8080", "kafka.bootstrap", "127.0.0.1:9092"));
            assertThat(Files.getPosixFilePermissions(folder.resolve("service.properties")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(DataDirectory.runningService(folder)).isEmpty();
        assertThat(folder.resolve("service.properties")).doesNotExist();
    }

    @Test
    void endpointsOfAKilledServiceAreNotBelieved() throws IOException {
        DataDirectory.open(folder).close();
        Files.writeString(folder.resolve("service.properties"), "api.url=http://127.0.0.1:1\n");

        assertThat(DataDirectory.runningService(folder)).isEmpty();
        assertThat(DataDirectory.runningService(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void manyThreadsMayAskAtOnceWhileAnotherOpensAndCloses() throws Exception {
        DataDirectory.open(folder).close();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Optional<Map<String, String>>> question = () -> DataDirectory.runningService(folder);
            List<Future<Optional<Map<String, String>>>> answers = Collections.nCopies(10_000, question).stream()
                    .map(threads::submit)
                    .toList();
            while (!answers.get(answers.size() - 1).isDone()) {
                DataDirectory.open(folder).close();
            }
            for (Future<Optional<Map<String, String>>> answer : answers) {
                assertThat(answer.get()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoOnlyAsksInAnotherProcessKeepsNobodyFromOpening() throws Exception {
        DataDirectory.open(folder).close();
        try (ChildJvm other = ChildJvm.start(AskAboutDirectory.class, folder)) {
            assertThat(other.nextLine()).isEqualTo("asking");

            for (int i = 0; i < 1_000; i++) {
                DataDirectory.open(folder).close();
            }
        }
    }

    @Test
    void whoOnlyAsksInAnotherProcessIsNotTakenForAService() throws Exception {
        DataDirectory.open(folder).close();
        Files.writeString(folder.resolve("service.properties"), "api.url=http://127.0.0.1:1\n");
        try (ChildJvm other = ChildJvm.start(AskAboutDirectory.class, folder)) {
            assertThat(other.nextLine()).isEqualTo("asking");

            for (int i = 0; i < 1_000; i++) {
                assertThat(DataDirectory.runningService(folder)).isEmpty();
            }
        }
    }

    @Test
    void whatLivesInADirectoryIsClosedBeforeItLastFirst() throws IOException {
        List<String> closed = new ArrayList<>();
        DataDirectory directory = DataDirectory.open(folder);
        directory.closeFirst(() -> closed.add("servers"));
        directory.closeFirst(() -> closed.add("job"));
        directory.closeFirst(() -> {
            throw new IOException("a failure does not keep the others open");
        });

        directory.close();
        directory.close();
        directory.closeFirst(() -> closed.add("too late"));

        assertThat(closed).containsExactly("job", "servers", "too late");
    }

    @Test
    void aTemporaryDirectoryIsGoneWhenItIsClosed() throws IOException {
        DataDirectory directory = DataDirectory.temporary();
        Files.writeString(directory.kafka().resolve("file"), "data");

        directory.close();

        assertThat(directory.path()).doesNotExist();
    }

    @Test
    void aTemporaryDirectoryIsGoneWhenItsProcessIsAskedToEnd() throws Exception {
        try (ChildJvm child = ChildJvm.start(OpenDirectory.class)) {
            Path path = Path.of(child.nextLine());
            assertThat(path).isDirectory();

            child.terminate();

            assertThat(path).doesNotExist();
        }
    }

    @Test
    void aTemporaryDirectoryOfAKilledProcessIsClearedAwayByTheNext() throws Exception {
        Path left;
        try (ChildJvm child = ChildJvm.start(OpenDirectory.class)) {
            left = Path.of(child.nextLine());
            child.kill();
        }
        assertThat(left).isDirectory();

        DataDirectory.temporary().close();

        assertThat(left).doesNotExist();
    }

    /** Asks all the time about the directory it is told, for as long as there is a test that started it. */
    static final class AskAboutDirectory {
        public static void main(String[] args) throws IOException {
            ProcessHandle test = ProcessHandle.current().parent().orElseThrow();
            DataDirectory.runningService(Path.of(args[0])); // the first takes long: classes are loaded
            System.out.println("asking");
            while (test.isAlive()) {
                DataDirectory.runningService(Path.of(args[0]));
            }
        }
    }

    /** Opens the directory it is told, or a temporary one, says so, and stays. */
    static final class OpenDirectory {
        public static void main(String[] args) throws InterruptedException, IOException {
            try {
                DataDirectory directory =
                        args.length == 0 ? DataDirectory.temporary() : DataDirectory.open(Path.of(args[0]));
                System.out.println(args.length == 0 ? directory.path() : "open");
                Thread.currentThread().join();
            } catch (RefusedDirectoryException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
