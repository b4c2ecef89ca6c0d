package io.joulestream.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class WebhookSecretTest {
    @Test
    void aSecretHas256BitsIsAnotherEachTimeAndIsNotPrinted() {
        SecureRandom random = new SecureRandom();
        WebhookSecret secret = WebhookSecret.random(random);

        assertThat(secret.text()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(secret.bytes())
                .hasSize(32)
                .isNotEqualTo(WebhookSecret.random(random).bytes());
        assertThat(secret).hasToString("whsec_***");
    }
}
