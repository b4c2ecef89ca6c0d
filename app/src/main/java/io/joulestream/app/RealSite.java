package io.joulestream.app;

import io.joulestream.app.truth.CaptureCheck;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.capture.Capture;
import io.joulestream.ingest.capture.ImportedCapture;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.world.WorldSite;
import io.joulestream.storage.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The one site of the demo that is real: the capture that ships with the project, imported with its own times as any other.
 * For one thread.
 */
final class RealSite {
    static final String ID = "real-h200";
    static final String NAME = "Real: one NVIDIA H200 in training, 26 Nov 2026";

    private static final String RESOURCES = "captures/h200/";

    private final Path directory;
    private final ImportedCapture capture;
    private final SiteInventory inventory;
    private final String yaml;

    private RealSite(Path directory, ImportedCapture capture) {
        this.directory = directory;
        this.capture = capture;
        this.yaml = new CaptureSite(WorldSite.TENANT, ID, NAME)
                .yaml(capture, capture.samplePeriod(), nameplateMilliwatts -> nameplateMilliwatts);
        this.inventory = SiteRegistry.parsed(yaml);
    }

    /** Writes the capture's files into a directory, for they may come out of an archive, and reads them. */
    static RealSite unpackedInto(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : List.of(Capture.READINGS, Capture.EVENTS, Capture.BOARDS)) {
            try (InputStream in = RealSite.class.getResourceAsStream(RESOURCES + file)) {
                Files.copy(in, directory.resolve(file));
            }
        }
        Capture.Outcome outcome = Capture.read(directory);
        if (outcome instanceof Capture.Outcome.Read read) {
            return new RealSite(directory, ImportedCapture.of(read.capture(), WorldSite.TENANT, ID, ID));
        }
        throw new IllegalStateException("the capture of this build cannot be read: " + outcome);
    }

    /** Publishes the inventory, which must precede the frames, and records the import. */
    void apply(SiteRegistry registry, Database database) throws InterruptedException {
        registry.apply(yaml);
        new HistoryRecord(database.historyImports(), Clock.systemUTC())
                .add(ImportedHistory.of(inventory, capture), inventory.acceptHistory());
    }

    void send(FramePublisher publisher) {
        capture.allFrames().forEach(publisher::publish);
    }

    /** How many records it sends. */
    int records() {
        return capture.allFrames().size();
    }

    /** What is stored of it, against the board's own counter. */
    CaptureCheck.Result compare(Connection database) throws SQLException, IOException {
        Duration maxGap = inventory
                .entity(ImportedCapture.entity(capture.capture().gpus().get(0)))
                .orElseThrow()
                .channel(Metric.GPU_ENERGY)
                .orElseThrow()
                .maxGap();
        return CaptureCheck.compare(directory, WorldSite.TENANT, ID, maxGap, database);
    }
}
