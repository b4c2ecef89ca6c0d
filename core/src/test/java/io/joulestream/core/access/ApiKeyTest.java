package io.joulestream.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private static final String SECRET = "A".repeat(43);

    private final SecureRandom random = new SecureRandom();

    @Test
    void aKeyIsReadBackFromItsText() {
        ApiKey key = ApiKey.random("default", random);

        assertThat(key.text()).matches("js_default_[a-z2-7]{8}_[A-Za-z0-9_-]{43}");
        assertThat(ApiKey.parse(key.text())).contains(key);
        assertThat(key.digest()).isEqualTo(Sha256.of(key.text().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void noTwoAreAlike() {
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            texts.add(ApiKey.random("t", random).secret());
        }
        assertThat(texts).hasSize(1_000);
    }

    @Test
    void whereItIsPrintedWithoutThoughtTheSecretIsNot() {
        ApiKey key = new ApiKey("acme-eu", "abcdefg2", SECRET);

        assertThat(key).hasToString("js_acme-eu_abcdefg2_***");
    }

    /** The secret is wrong in the last: a message must not tell it. */
    @Test
    void whatIsNoKeyIsNotMade() {
        assertThatThrownBy(() -> ApiKey.random("Acme", random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ApiKey("acme", "abcdefg2", "hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "js_",
                "js_default_abcdefg2_",
                "js_default_abcdefg2_short",
                "JS_default_abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "js__abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "js_-a_abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "js_default_abcdefg1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "js_default_abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "js_default_abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
                " js_default_abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "js_default_abcdefg2_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
            })
    void otherTextsAreNone(String text) {
        assertThat(ApiKey.parse(text)).isEmpty();
    }
}
