package io.joulestream.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    /** Computed by another implementation of HMAC. */
    @Test
    void aMessageIsSignedAsStandardWebhooksSays() {
        byte[] secret = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(WebhookSignature.headers(
                        List.of(secret),
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1_614_265_330),
                        "{\"test\": 2432232314}"))
                .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /** Each by itself, with a space between: a receiver needs to know one of the secrets only. */
    @Test
    void duringARotationThereIsASignatureForEachSecret() {
        byte[] one = "one secret of twenty-four b".getBytes(UTF_8);
        byte[] other = "the other, as it was before".getBytes(UTF_8);
        Instant at = Instant.ofEpochSecond(1_614_265_330);

        assertThat(signature(List.of(one, other), at))
                .isEqualTo(signature(List.of(one), at) + " " + signature(List.of(other), at));
    }

    private static String signature(List<byte[]> secrets, Instant at) {
        return WebhookSignature.headers(secrets, "msg_1", at, "{}").get("webhook-signature");
    }
}
