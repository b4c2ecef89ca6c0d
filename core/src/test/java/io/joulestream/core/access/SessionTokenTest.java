package io.joulestream.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokenTest {
    @Test
    void aTokenIsReadBackFromItsText() {
        SessionToken token = SessionToken.random("acme-eu", new SecureRandom());

        assertThat(token.text()).matches("acme-eu\\.[A-Za-z0-9_-]{43}");
        assertThat(SessionToken.parse(token.text())).contains(token);
        assertThat(token.digest()).isEqualTo(Sha256.of(token.text().getBytes(StandardCharsets.UTF_8)));
        assertThat(SessionToken.random("acme-eu", new SecureRandom())).isNotEqualTo(token);
    }

    @Test
    void whereItIsPrintedWithoutThoughtTheSecretIsNot() {
        assertThat(new SessionToken("acme", "A".repeat(43))).hasToString("acme.***");
        assertThatThrownBy(() -> new SessionToken("acme", "hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "acme", "acme.", "acme.short", "Acme.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoTokenIsNoneRead(String text) {
        assertThat(SessionToken.parse(text)).isEmpty();
    }
}
