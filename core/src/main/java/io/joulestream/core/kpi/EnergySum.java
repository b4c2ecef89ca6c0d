package io.joulestream.core.kpi;

import io.joulestream.core.ledger.EnergyBuckets;

/** A running {@link EnergyTotal}. For one thread. */
final class EnergySum {
    private final ExactSum measured = new ExactSum();
    private final ExactSum bridged = new ExactSum();
    private final ExactSum estimated = new ExactSum();

    void add(EnergyBuckets energy) {
        measured.add(energy.measuredMicrojoules());
        bridged.add(energy.bridgedMicrojoules());
        estimated.add(energy.estimatedMicrojoules());
    }

    EnergyTotal total() {
        return new EnergyTotal(measured.total(), bridged.total(), estimated.total());
    }
}
