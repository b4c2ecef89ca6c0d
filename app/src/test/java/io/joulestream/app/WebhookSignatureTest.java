package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    /** Computed by another implementation of HMAC. */
    @Test
    void aMessageIsSignedAsStandardWebhooksSays() {
        byte[] secret = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(WebhookSignature.headers(
                        secret,
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1_614_265_330),
                        "{\"test\": 2432232314}"))
                .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void aSecretHas256BitsAndIsAnotherEachTime() {
        byte[] secret = WebhookSignature.newSecret(new SecureRandom());

        assertThat(WebhookSignature.text(secret)).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(secret).hasSize(32).isNotEqualTo(WebhookSignature.newSecret(new SecureRandom()));
    }
}
