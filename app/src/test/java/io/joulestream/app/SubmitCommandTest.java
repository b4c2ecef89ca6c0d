package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused without asking anybody. What a cluster refuses is in ClusterKillIT. */
class SubmitCommandTest {
    @TempDir
    private Path folder;

    private String refusal(String settings, String... arguments) throws IOException {
        Path file = Files.writeString(folder.resolve("own.conf"), "joulestream { " + settings + " }");
        Path jar = Files.writeString(folder.resolve("job.jar"), "");
        List<String> all = new ArrayList<>(List.of(
                "submit", "--jobmanager", "http://127.0.0.1:1", "--jar", jar.toString(), "--config", file.toString()));
        all.addAll(List.of(arguments));
        StringWriter err = new StringWriter();
        int exit = Joulestream.run(
                new PrintWriter(new StringWriter()), new PrintWriter(err, true), all.toArray(new String[0]));
        assertThat(exit).isEqualTo(1);
        return err.toString();
    }

    private static final String SERVERS =
            "kafka.bootstrap = \"b:1\", database.url = \"jdbc:postgresql://d:1/j\", job.cluster.checkpoint-dir = \"%s\"";

    @Test
    void aClusterNeedsServersOfItsOwn() throws IOException {
        assertThat(refusal("")).contains("set joulestream.kafka.bootstrap and joulestream.database.url");
    }

    @Test
    void aClusterNeedsAFolderForCheckpoints() throws IOException {
        assertThat(refusal(SERVERS.formatted(""))).contains("joulestream.job.cluster.checkpoint-dir is not set");
    }

    @Test
    void aJobGoesOnFromOnePlaceOnly() throws IOException {
        assertThat(refusal(SERVERS.formatted("file:///c"), "--resume", "--from-savepoint", "file:///s"))
                .contains("give --from-savepoint or --resume, not both");
    }

    @Test
    void anEmptyFolderHasNothingToResumeFrom() throws IOException {
        assertThat(refusal(SERVERS.formatted(folder.toUri()), "--resume"))
                .contains("no complete checkpoint of this consumer group is in file:", "/joulestream-ledger; name one");
    }

    @Test
    void theCheckpointOfAnotherGroupIsNotItsOwn() throws IOException {
        Files.createFile(Files.createDirectories(folder.resolve("other-ledger/job/chk-8"))
                .resolve("_metadata"));

        assertThat(refusal(SERVERS.formatted(folder.toUri()), "--resume"))
                .contains("no complete checkpoint of this consumer group is in");
        assertThat(refusal(SERVERS.formatted(folder.toUri()) + ", job.group = other-ledger", "--resume"))
                .contains("the job manager at http://127.0.0.1:1 does not answer");
    }

    @Test
    void aGroupThatIsNoFolderIsRefused() throws IOException {
        assertThat(refusal(SERVERS.formatted("file:///c") + ", job.group = \"../c\""))
                .contains("joulestream.job.group names the folder of checkpoints", "was ../c");
    }

    @Test
    void aFolderOfAnotherMachineIsNotSearched() throws IOException {
        assertThat(refusal(SERVERS.formatted("s3://bucket/c"), "--resume"))
                .contains(
                        "checkpoints are in s3://bucket/c/joulestream-ledger; name the newest one with --from-savepoint");
    }

    @Test
    void theNewestCompleteCheckpointIsTakenAndTheClusterAskedNext() throws IOException {
        Files.createFile(Files.createDirectories(folder.resolve("joulestream-ledger/job/chk-7"))
                .resolve("_metadata"));

        assertThat(refusal(SERVERS.formatted(folder.toUri()), "--resume"))
                .contains("the job manager at http://127.0.0.1:1 does not answer");
    }

    @Test
    void anUnknownStateBackendIsRefused() throws IOException {
        assertThat(refusal("job.state-backend = forst"))
                .contains("joulestream.job.state-backend must be hashmap or rocksdb, was forst");
    }
}
