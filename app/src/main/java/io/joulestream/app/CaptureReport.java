package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.ingest.capture.ImportedCapture;
import io.joulestream.storage.LedgerQueries;
import java.io.PrintWriter;
import java.util.List;

/** What the ledger holds of an imported capture: the object that {@code import capture --json} prints. */
@JsonPropertyOrder({"site", "gpus", "boundary", "runs"})
record CaptureReport(String site, List<String> gpus, String boundary, List<CapturedRun> runs) {
    private static final String BOUNDARY = "GPU boards; host and cooling are not metered";

    static CaptureReport of(LedgerQueries ledger, String tenant, SiteInventory inventory, ImportedCapture capture) {
        return new CaptureReport(
                inventory.site(),
                capture.capture().gpus().stream()
                        .map(gpu -> capture.capture().boards().name(gpu.gpu()))
                        .toList(),
                BOUNDARY,
                capture.runs().stream()
                        .map(run -> CapturedRun.of(ledger, tenant, inventory, capture, run))
                        .toList());
    }

    void print(PrintWriter out) {
        out.println("site " + site + ", " + String.join(", ", gpus) + ": energy of the " + BOUNDARY);
        runs.forEach(run -> run.print(out));
    }
}
