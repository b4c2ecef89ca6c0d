package io.joulestream.api;

import io.joulestream.core.kpi.PublishedEnergy;

/**
 * Electricity bought.
 *
 * @param energyMj decimal string; null when the figure has no value
 */
record PurchasedBody(String energyMj, FigureBody energyKwh) {
    static PurchasedBody of(PublishedEnergy energy) {
        return new PurchasedBody(energy.energyMj(), FigureBody.of(energy.kwh()));
    }
}
