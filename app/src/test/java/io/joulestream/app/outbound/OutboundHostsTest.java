package io.joulestream.app.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundHostsTest {
    private static final OutboundHosts HOSTS =
            new OutboundHosts(Set.of("hook.example", "xn--bcher-kva.example"), Set.of("relay", "127.0.0.1"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hook.example/a?b=c",
                "https://HOOK.example:8443/",
                "https://xn--bcher-kva.example/",
                "http://relay:8080/x",
                "https://relay/",
                "http://127.0.0.1:9/",
                "https://hook.example:1/",
                "https://hook.example:65535/",
                "https://hook.example:/"
            })
    void hostsThatWereNamedAreCalled(String url) throws OutboundException {
        assertThat(HOSTS.check(url)).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hook.example/",
                "ftp://relay/",
                "file:///etc/passwd",
                "gopher://hook.example/",
                "https:///x",
                "https:hook.example",
                "hook.example",
                "",
                "https://other.example/",
                "https://hook.example:0/",
                "https://hook.example:65536/",
                "https://hook.example:99999/",
                "https://hook.example:99999999999/",
                "https://hook.example:-1/",
                "https://hook.example.evil.example/",
                "https://evil.example/hook.example",
                "https://hook.example./",
                "https://hook.example@evil.example/",
                "https://user@hook.example/",
                "https://user:word@hook.example/",
                "https://evil.example#@hook.example/",
                "https://hook.example/#x",
                "https://evil.example\\@hook.example/",
                "https://hook.example\\.evil.example/",
                "https://hook.example%2eevil.example/",
                "https://hook.example%00.evil.example/",
                "https://hook.example\r\n.evil.example/",
                "https://b\u00fccher.example/",
                "https://hook\u3002example/",
                "https://\uff48ook.example/",
                "http://localhost/",
                "http://127.0.0.1./",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://017700000001/",
                "http://0/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[0:0:0:0:0:ffff:127.0.0.1]/",
                "http://[fe80::1%25eth0]/",
                "https://169.254.169.254/latest/meta-data/"
            })
    void whatWasNotNamedInThisVeryFormIsNotCalled(String url) {
        assertThatThrownBy(() -> HOSTS.check(url))
                .isInstanceOfSatisfying(
                        OutboundException.class,
                        refused -> assertThat(refused.why()).isEqualTo(OutboundException.Why.REFUSED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hook.example",
                "hook.example.",
                "10.0.0.1",
                "2130706433",
                "0x7f.1",
                "b\u00fccher.example",
                "a b",
                "*",
                "*.example",
                "hook.example:443",
                "https://hook.example",
                "-a.example",
                "[::1]",
                "hook..example"
            })
    void aSettingThatIsNoNameIsRefused(String host) {
        assertThatThrownBy(() -> new OutboundHosts(Set.of(host), Set.of())).hasMessageContaining(host);
    }

    @Test
    void onlyInternalOnesMayBeAddresses() throws OutboundException {
        OutboundHosts hosts = new OutboundHosts(Set.of(), Set.of("[::1]", "10.0.0.1"));

        assertThat(hosts.check("http://[::1]:80/")).hasToString("http://[::1]:80/");
        assertThatThrownBy(() -> hosts.check("http://10.0.0.2/")).isInstanceOf(OutboundException.class);
        assertThatThrownBy(() -> new OutboundHosts(Set.of(), Set.of("10.0.0.0/8")))
                .hasMessageContaining("10.0.0.0/8");
    }
}
