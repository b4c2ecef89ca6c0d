package io.joulestream.app;

import io.joulestream.app.outbound.Outbound;
import io.joulestream.storage.Database;
import io.joulestream.storage.KeeperLease;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * What has to be done for all tenants' alerts: rules are looked at, messages sent, old messages removed. Of the processes on one
 * database one does it, whoever had the lease first; the others stand by.
 */
final class AlertDuty implements AutoCloseable {
    private final KeeperLease lease;
    private final AlertKeeper rules;
    private final WebhookSender messages;
    private final MessageKeeper oldMessages;

    /**
     * @param outbound stays the caller's to close
     * @param registry where it is counted what became of messages; of one such object only
     */
    AlertDuty(Database database, AppConfig config, Outbound outbound, PrometheusRegistry registry) {
        Clock clock = Clock.systemUTC();
        lease = database.alertDuty();
        MessageCounts counts = MessageCounts.register(registry);
        rules = new AlertKeeper(database, config.tenant(), lease, clock);
        messages = new WebhookSender(database, config.tenant(), lease, outbound, clock, new SecureRandom(), counts);
        oldMessages = new MessageKeeper(database, config.tenant(), lease, config.keepMessages(), clock);
    }

    void start() {
        rules.start();
        messages.start();
        oldMessages.start();
    }

    List<Concern> problems() {
        return Stream.of(rules.problem().stream(), messages.problems().stream(), oldMessages.problem().stream())
                .flatMap(problems -> problems)
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        oldMessages.close();
        messages.close();
        rules.close();
        lease.close();
    }
}
