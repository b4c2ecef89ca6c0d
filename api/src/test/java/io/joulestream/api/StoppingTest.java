package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a door that closes does with who stands in it. */
class StoppingTest {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private Javalin door;
    private URI address;

    @BeforeEach
    void open() {
        door = HttpDoor.create(
                new DoorPlan(
                        "test",
                        8,
                        4,
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        "",
                        Origin.listeningOn(ApiConfig.LOOPBACK),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                List.of(Route.open("/slow", this::slow)),
                Gate.ofOpenAddresses());
        door.start(ApiConfig.LOOPBACK, 0);
        address = HttpDoor.address(ApiConfig.LOOPBACK, door.port());
    }

    private Answer slow(Request request) {
        entered.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("given up", e);
        }
        return Answer.json(Map.of("whole", true));
    }

    @AfterEach
    void release() {
        released.countDown();
        HttpDoor.close(door);
    }

    private CompletableFuture<HttpResponse<String>> ask() throws InterruptedException {
        CompletableFuture<HttpResponse<String>> asked = HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(address.resolve("/slow")).build(), BodyHandlers.ofString());
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        return asked;
    }

    @Test
    void aRequestThatIsBeingWorkedIsAnsweredWholeAndNoOtherIsTaken() throws Exception {
        CompletableFuture<HttpResponse<String>> asked = ask();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> HttpDoor.close(door));
        Awaitility.await("no connection is taken any more").until(this::isRefused);
        boolean closedBefore = closed.isDone();
        released.countDown();

        assertThat(closedBefore).isFalse();
        assertThat(asked.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"whole\":true}");
        closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRequestThatDoesNotEndIsGivenUp() throws Exception {
        CompletableFuture<HttpResponse<String>> asked = ask();

        CompletableFuture.runAsync(() -> HttpDoor.close(door)).get(20, TimeUnit.SECONDS);

        assertThat(asked.handle((answer, problem) -> problem != null || answer.statusCode() >= 500)
                        .get(10, TimeUnit.SECONDS))
                .isTrue();
    }

    private boolean isRefused() {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
