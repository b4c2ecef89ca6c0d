package io.joulestream.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Serves the pages over made-up rows, for those who work on them: {@code empty} as argument leaves the ledger empty. */
final class DemoServer {
    private DemoServer() {}

    public static void main(String[] args) throws InterruptedException {
        TestApi api = TestApi.start(tenant -> TestApi.HEALTH, Clock.systemUTC());
        if (args.length == 0) {
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
