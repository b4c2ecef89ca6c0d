package io.joulestream.app;

import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.ingest.kafka.TelemetryTopics;
import io.joulestream.storage.Database;
import io.joulestream.wire.Topics;
import io.joulestream.wire.v1.TelemetryFrame;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** A service that takes an import: its broker, its database, and when what was sent is in the ledger. */
final class ImportTarget implements AutoCloseable {
    private final Endpoints endpoints;
    private final Database database;
    private final AutoCloseable owned;
    private final Clock clock = Clock.systemUTC();

    private ImportTarget(Endpoints endpoints, Database database, AutoCloseable owned) {
        this.endpoints = endpoints;
        this.database = database;
        this.owned = owned;
    }

    /** A service of another process. */
    static ImportTarget running(Endpoints endpoints) {
        Database database = Database.open(endpoints.database());
        return new ImportTarget(endpoints, database, database);
    }

    /** A service started for this import, closed with it. */
    static ImportTarget started(Service service) {
        return new ImportTarget(service.endpoints(), service.database(), service);
    }

    Database database() {
        return database;
    }

    /** The site's inventory, made of the text where the site is unknown; says so through {@code notes}. */
    SiteInventory site(String tenant, String site, String yamlIfUnknown, List<String> notes)
            throws InterruptedException {
        SiteRegistry registry = registry();
        boolean known = registry.newest(tenant, site).isPresent();
        SiteInventory inventory =
                registry.findOrMake(tenant, site, yamlIfUnknown).inventory();
        if (!known) {
            inventory
                    .entities()
                    .forEach(entity ->
                            notes.add("site " + site + " was unknown: made a minimal inventory, " + described(entity)));
        }
        return inventory;
    }

    private static String described(Entity entity) {
        String device = entity.id() + " as " + entity.role();
        return entity.channels().isEmpty()
                ? device + " without a meter of its own"
                : device + ", a reading every " + entity.channels().get(0).samplePeriod() + ", at most "
                        + entity.nameplateMilliwatts() / 1_000 + " W";
    }

    private SiteRegistry registry() {
        return new SiteRegistry(database.sites(), endpoints.kafkaSettings(), clock);
    }

    /**
     * Sends what the import tells and waits until its rows and refusals are stored.
     *
     * <p>The import is recorded before the first frame is sent and stays recorded whatever becomes of the frames: some may
     * have come, and the same file may always be sent again.
     *
     * @param forRebuild whether it may tell old history again; {@code notes} then say so
     * @throws UserError if it tells old history again and may not; nothing was sent then
     */
    void send(AppConfig config, ImportedHistory history, boolean forRebuild, List<String> notes)
            throws InterruptedException {
        Duration acceptHistory = registry().history(history.tenant(), history.site()).versions().stream()
                .map(version -> version.inventory().acceptHistory())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        HistoryRecord record = new HistoryRecord(database.historyImports(), clock);
        send(config, history.tenant(), history.frames(), () -> {
            if (forRebuild) {
                record.addForRebuild(history, acceptHistory, notes);
            } else {
                record.add(history, acceptHistory);
            }
        });
    }

    /** Sends frames of which no import is recorded and waits until their rows and refusals are stored. */
    void send(AppConfig config, String tenant, List<TelemetryFrame> frames) throws InterruptedException {
        send(config, tenant, frames, () -> {});
    }

    /** @param beforeFirst when all is ready to send */
    private void send(AppConfig config, String tenant, List<TelemetryFrame> frames, Runnable beforeFirst)
            throws InterruptedException {
        Map<String, Object> kafka = endpoints.kafkaSettings();
        String topic = topicOf(tenant, frames);
        new TelemetryTopics(kafka).openTelemetry(topic, config.partitions(), config.replication());
        try (FramePublisher publisher = new FramePublisher(kafka, topic);
                Admin admin = Admin.create(kafka)) {
            beforeFirst.run();
            frames.forEach(publisher::publish);
            publisher.flush();
            Settlement.Outcome outcome = new Settlement(admin, endpoints.group(), publisher::nudge)
                    .await(publisher.highestOffsets(), config.importPatience());
            if (outcome instanceof Settlement.Outcome.TimedOut late) {
                throw new UserError("sent, but not settled within " + config.importPatience() + ": " + late.missing()
                        + "; see the service's health, or wait longer with joulestream.import.patience");
            }
        }
    }

    /** The topic that the site's generation in force reads; a site that was never rebuilt uses its tenant's. */
    private String topicOf(String tenant, List<TelemetryFrame> frames) {
        String site = frames.isEmpty() ? "" : frames.get(0).getSiteId();
        int generation = database.generations().inForce(tenant, site);
        return generation == 0 ? Topics.telemetry(tenant) : Topics.telemetry(tenant, site, generation);
    }

    /** What was refused is never left out of what the user sees. */
    void noteRefusals(String tenant, List<String> notes) {
        long refused = database.queries().deadLetterTotal(tenant);
        if (refused > 0) {
            notes.add(refused + " readings or frames of tenant " + tenant
                    + " were refused so far; codes are at /v1/health");
        }
    }

    @Override
    public void close() throws Exception {
        owned.close();
    }
}
