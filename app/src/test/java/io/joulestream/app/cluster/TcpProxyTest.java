package io.joulestream.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.app.cluster.TcpProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bad network is bad in the ways it says, and no other. */
class TcpProxyTest {
    private static final int SOON_MILLIS = 200;
    private static final int PATIENCE_MILLIS = 10_000;

    private ServerSocket server;
    private TcpProxy proxy;
    private Socket client;
    private Socket accepted;

    @BeforeEach
    void connectThrough() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = new TcpProxy(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        accepted = server.accept();
        client.setSoTimeout(PATIENCE_MILLIS);
        accepted.setSoTimeout(PATIENCE_MILLIS);
        // until a byte has passed the proxy may not know the connection yet
        client.getOutputStream().write(1);
        accepted.getInputStream().read();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    @Test
    void aHealthyOnePassesBytesBothWaysAndTheEnd() throws IOException {
        client.getOutputStream().write(7);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
        accepted.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);

        accepted.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void bytesOfAStalledDirectionArriveWhenItHealsAndTheOtherDirectionPasses() throws IOException {
        proxy.stall(Direction.TO_SERVER);
        client.getOutputStream().write(7);
        accepted.getOutputStream().write(8);

        assertThat(client.getInputStream().read()).isEqualTo(8);
        accepted.setSoTimeout(SOON_MILLIS);
        assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
    }

    @Test
    void aDelayIsAtLeastAsLongAsItSays() throws IOException {
        proxy.delay(Duration.ofMillis(150));
        long start = System.nanoTime();

        client.getOutputStream().write(7);

        assertThat(accepted.getInputStream().read()).isEqualTo(7);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void aHalfOpenConnectionTakesBytesAndNeverAnswers() throws IOException {
        proxy.leaveHalfOpen();

        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        client.getOutputStream().write(7);
        client.setSoTimeout(SOON_MILLIS);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aResetIsFeltByBothEnds() {
        proxy.reset();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
    }
}
