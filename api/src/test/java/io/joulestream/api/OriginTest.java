package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @Test
    void behindAProxyItIsTheAddressThatWasTold() {
        Origin origin = new Origin(Optional.of("https://energy.example"), true);

        assertThat(origin.isSecure()).isTrue();
        assertThat(origin.isOf("https://energy.example", "127.0.0.1:8420")).isTrue();
        assertThat(origin.isOf("http://127.0.0.1:8420", "127.0.0.1:8420")).isFalse();
        assertThat(origin.isOf("https://energy.example:444", "energy.example")).isFalse();
        assertThat(origin.isOf(null, "energy.example")).isFalse();
    }

    @Test
    void onLoopbackItIsTheAddressThatIsAsked() {
        Origin origin = new Origin(Optional.empty(), true);

        assertThat(origin.isSecure()).isFalse();
        for (String host : new String[] {"127.0.0.1:8420", "localhost:8420", "[::1]:8420", "localhost"}) {
            assertThat(origin.isOf("http://" + host, host)).as(host).isTrue();
        }
        assertThat(origin.isOf("http://localhost:1", "localhost:8420")).isFalse();
        assertThat(origin.isOf("http://evil.example:8420", "evil.example:8420")).isFalse();
        assertThat(origin.isOf("http://localhost.evil.example", "localhost.evil.example"))
                .isFalse();
        assertThat(origin.isOf("http://localhost", null)).isFalse();
    }

    @Test
    void aServiceOnLoopbackIsAskedByItsOwnNamesOnly() {
        Origin alone = Origin.listeningOn("127.0.0.1");
        Origin behindProxy = new Origin(Optional.of("https://energy.example"), true);

        for (String host : new String[] {"127.0.0.1:8420", "localhost", "[::1]:8420", null}) {
            assertThat(alone.isAskedFor(host)).as(host).isTrue();
            assertThat(behindProxy.isAskedFor(host)).as(host).isTrue();
        }
        assertThat(alone.isAskedFor("evil.example:8420")).isFalse();
        assertThat(alone.isAskedFor("energy.example")).isFalse();
        assertThat(behindProxy.isAskedFor("energy.example")).isTrue();
        assertThat(behindProxy.isAskedFor("example")).isFalse();
        assertThat(behindProxy.isAskedFor("evil.example")).isFalse();
        assertThat(Origin.listeningOn("0.0.0.0").isAskedFor("anything.example")).isTrue();
    }

    @Test
    void elsewhereNobodyHoldsASessionUntilItIsTold() {
        Origin origin = new Origin(Optional.empty(), false);

        assertThat(origin.isKnown()).isFalse();
        assertThat(origin.isOf("http://localhost", "localhost")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://energy.example",
                "https://energy.example:8443",
                "http://localhost:8420",
                "http://[::1]:1"
            })
    void anAddressOfBrowsersIsTaken(String told) {
        assertThat(Origin.refuse(told)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "energy.example",
                "http://energy.example",
                "https://energy.example/",
                "https://energy.example/path",
                "https://me@energy.example",
                "ftp://energy.example",
                "https://",
                "https://a b"
            })
    void whatIsNoneIsRefused(String told) {
        assertThat(Origin.refuse(told)).isPresent();
    }
}
