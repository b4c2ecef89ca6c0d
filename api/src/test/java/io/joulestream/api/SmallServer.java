package io.joulestream.api;

import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseAddress;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.ZoneOffset;

/** A server in a process of its own, so that it can be given little memory. Arguments: the address of its database. */
final class SmallServer {
    private SmallServer() {}

    public static void main(String[] args) throws InterruptedException {
        Database database = Database.open(new DatabaseAddress(args[0], args[1], args[2]));
        ApiServer server = new ApiServer(
                database,
                tenant -> TestApi.HEALTH,
                Clock.fixed(TestApi.NOW, ZoneOffset.UTC),
                ApiConfig.onLoopback(0, Ledger.TENANT),
                new PrometheusRegistry());
        server.start();
        System.out.println("READY " + server.address());
        Thread.currentThread().join();
    }
}
