package io.joulestream.api;

import io.joulestream.core.access.ApiKey;
import io.joulestream.storage.AuditEntry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Serves the pages over made-up rows, for those who work on them. Of the arguments {@code empty} leaves the ledger empty, and
 * {@code keys} asks for a key and prints one.
 */
final class DemoServer {
    private DemoServer() {}

    public static void main(String[] args) throws InterruptedException {
        List<String> asked = List.of(args);
        ApiConfig.Keys keys = asked.contains("keys") ? ApiConfig.Keys.REQUIRED : ApiConfig.Keys.NONE;
        TestApi api = TestApi.start(tenant -> TestApi.HEALTH, Clock.systemUTC(), keys);
        if (keys == ApiConfig.Keys.REQUIRED) {
            ApiKey key = ApiKey.random(Ledger.TENANT, new SecureRandom());
            AuditEntry act = new AuditEntry("cli:demo", "key.create", key.prefix(), "");
            api.database().identity().createFirstKey(key, "ada", Instant.now().plus(Duration.ofDays(1)), act);
            System.out.println("KEY " + key.text());
        }
        if (!asked.contains("empty")) {
            Sites.berlin(api.database());
            Sites.lab(api.database());
            Sites.stJohns(api.database());
            Sites.llm(api.database());
            Sites.hostile(api.database());
            Sites.restarted(api.database(), "lab", "w10-lab");
            Sites.restarted(api.database(), "berlin", "w10");
            Instant now = TimeSpan.floor(Instant.now(), Duration.ofMinutes(1));
            Ledger.fill(api.database(), ledger -> {
                Instant from = now.minus(Duration.ofHours(1));
                ledger.role("berlin", "GRID_IMPORT", from, now, Sites.MINUTE, 121_340, 200_000);
                ledger.role("berlin", "PDU_OUT", from, now, Sites.MINUTE, 98_070, 150_000);
            });
        }
        System.out.println("READY " + api.address());
        Thread.currentThread().join();
    }
}
