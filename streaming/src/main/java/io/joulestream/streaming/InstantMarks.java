package io.joulestream.streaming;

import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.telemetry.Consistency;
import io.joulestream.core.telemetry.Metric;
import io.joulestream.wire.Quality;
import io.joulestream.wire.Scale;
import io.joulestream.wire.SeriesValues;
import io.joulestream.wire.v1.Entity;
import io.joulestream.wire.v1.Series;

/**
 * What one entity's series say of each other, slot by slot: active power against apparent power, heat against flow and
 * temperatures. Nothing is refused for it; the readings of the slot are marked.
 */
final class InstantMarks {
    private static final int[] NONE = {};

    private final Entity entity;
    private final int slots;

    private InstantMarks(Entity entity, int slots) {
        this.entity = entity;
        this.slots = slots;
    }

    /** Bits of {@link LedgerFlag} for each slot; empty where the entity has nothing to compare. */
    static int[] of(Entity entity, int slots) {
        return new InstantMarks(entity, slots).marks();
    }

    private int[] marks() {
        boolean hasApparent = false;
        boolean hasFlow = false;
        for (Series series : entity.getSeriesList()) {
            hasApparent |= series.getMetric() == Metric.METER_POWER_APPARENT.number();
            hasFlow |= series.getMetric() == Metric.COOL_FLOW.number();
        }
        if (!hasApparent && !hasFlow) {
            return NONE;
        }
        int[] marks = new int[slots];
        if (hasApparent) {
            Milli active = milli(Metric.METER_POWER_ACTIVE);
            Milli apparent = milli(Metric.METER_POWER_APPARENT);
            for (int slot = 0; slot < slots; slot++) {
                if (active.has[slot]
                        && apparent.has[slot]
                        && Consistency.powerExceedsApparent(active.values[slot], apparent.values[slot])) {
                    marks[slot] |= LedgerFlag.PF_INCONSISTENT.mask();
                }
            }
        }
        if (hasFlow) {
            Milli flow = milli(Metric.COOL_FLOW);
            Milli to = milli(Metric.COOL_TEMP_SUPPLY);
            Milli from = milli(Metric.COOL_TEMP_RETURN);
            Milli heat = milli(Metric.COOL_HEAT);
            for (int slot = 0; slot < slots; slot++) {
                if (flow.has[slot]
                        && to.has[slot]
                        && from.has[slot]
                        && heat.has[slot]
                        && Consistency.heatDiffers(
                                flow.values[slot], to.values[slot], from.values[slot], heat.values[slot])) {
                    marks[slot] |= LedgerFlag.HEAT_MISMATCH.mask() | LedgerFlag.SUSPECT.mask();
                }
            }
        }
        return marks;
    }

    /** Values in thousandths of the metric's unit, where there are any. */
    private record Milli(long[] values, boolean[] has) {}

    private Milli milli(Metric metric) {
        Milli milli = new Milli(new long[slots], new boolean[slots]);
        for (Series series : entity.getSeriesList()) {
            if (series.getMetric() != metric.number()) {
                continue;
            }
            long[] wire = SeriesValues.unpack(series, slots);
            Quality[] qualities = Quality.expand(series.getQualityRunsList(), slots);
            for (int slot = 0; slot < slots; slot++) {
                var scaled = Scale.toMilli(wire[slot], series.getExp10());
                milli.has[slot] = scaled.isPresent() && qualities[slot].usableForEnergy();
                milli.values[slot] = scaled.orElse(0);
            }
        }
        return milli;
    }
}
