package io.joulestream.app;

import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.ingest.ImportedPower;
import io.joulestream.ingest.capture.ImportedCapture;
import io.joulestream.ingest.mlperf.MlperfImport;
import io.joulestream.storage.ToldHistory;
import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * What an import is about to tell of a site.
 *
 * @param told one for each owner, with the time of its readings
 * @param frames of all owners, each owner's in order
 */
record ImportedHistory(String tenant, String site, List<ToldHistory> told, List<TelemetryFrame> frames) {
    ImportedHistory {
        told = List.copyOf(told);
        frames = List.copyOf(frames);
    }

    static ImportedHistory of(SiteInventory inventory, ImportedPower power) {
        return new ImportedHistory(
                inventory.tenant(), inventory.site(), List.of(told(inventory, power)), power.frames());
    }

    static ImportedHistory of(SiteInventory inventory, MlperfImport.Outcome.Ready logs) {
        List<ToldHistory> told = new ArrayList<>();
        logs.nodes().forEach(node -> told.add(told(inventory, node)));
        logs.dc().ifPresent(meter -> told.add(told(inventory, meter)));
        logs.run()
                .ifPresent(run -> told.add(new ToldHistory(
                        run.key().owner(),
                        List.of(),
                        run.producerId(),
                        run.log().start(),
                        run.log().stop())));
        return new ImportedHistory(inventory.tenant(), inventory.site(), told, logs.frames());
    }

    static ImportedHistory of(SiteInventory inventory, ImportedCapture capture) {
        List<ToldHistory> told = new ArrayList<>();
        told.add(new ToldHistory(
                ImportedCapture.NODE,
                inventory.entitiesOf(ImportedCapture.NODE).stream()
                        .map(Entity::id)
                        .toList(),
                capture.producerId(),
                capture.first(),
                capture.last()));
        for (ImportedCapture.Run run : capture.runs()) {
            told.add(new ToldHistory(
                    run.key().owner(),
                    List.of(),
                    run.producerId(),
                    run.phase().start(),
                    run.phase().end()));
        }
        return new ImportedHistory(inventory.tenant(), inventory.site(), told, capture.allFrames());
    }

    private static ToldHistory told(SiteInventory inventory, ImportedPower power) {
        return new ToldHistory(
                power.owner(),
                inventory.entitiesOf(power.owner()).stream().map(Entity::id).toList(),
                power.producerId(),
                power.readings().first(),
                power.readings().last());
    }
}
