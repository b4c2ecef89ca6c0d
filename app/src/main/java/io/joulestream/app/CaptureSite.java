package io.joulestream.app;

import io.joulestream.core.inventory.MinimalSite;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.ingest.capture.Boards;
import io.joulestream.ingest.capture.GpuReadings;
import io.joulestream.ingest.capture.ImportedCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The inventory of a capture whose site nobody has described: a node without a meter of its own, and its GPUs.
 *
 * @param name what people call the site; null for no more than its id
 */
record CaptureSite(String tenant, String site, String name) {
    private static final long NAMEPLATE_STEP_MILLIWATTS = 100_000;

    /** @param nameplate what to take instead of a GPU's own, which it is given; both in milliwatts */
    String yaml(ImportedCapture capture, Duration samplePeriod, LongUnaryOperator nameplate) {
        MinimalSite minimal = MinimalSite.of(tenant, site).unmeteredNode(ImportedCapture.NODE);
        minimal = name == null ? minimal : minimal.name(name);
        for (GpuReadings gpu : capture.capture().gpus()) {
            minimal = minimal.gpu(
                    ImportedCapture.entity(gpu),
                    ImportedCapture.NODE,
                    metrics(gpu),
                    samplePeriod,
                    nameplate.applyAsLong(nameplate(gpu, capture.capture().boards())));
        }
        return minimal.toYaml();
    }

    /**
     * The limit that the driver enforces, or the greatest power that was read, up to the next 100 W: the limit is one of an
     * average, and for moments a board draws more.
     */
    private static long nameplate(GpuReadings gpu, Boards boards) {
        long greatest = Math.max(1, Math.max(boards.limit(gpu.gpu()), gpu.greatestMilliwatts()));
        return -Math.floorDiv(-greatest, NAMEPLATE_STEP_MILLIWATTS) * NAMEPLATE_STEP_MILLIWATTS;
    }

    private static List<Metric> metrics(GpuReadings gpu) {
        List<Metric> metrics = new ArrayList<>();
        if (gpu.hasEnergy()) {
            metrics.add(Metric.GPU_ENERGY);
        }
        if (gpu.hasPower()) {
            metrics.add(Metric.GPU_POWER);
        }
        return metrics;
    }
}
