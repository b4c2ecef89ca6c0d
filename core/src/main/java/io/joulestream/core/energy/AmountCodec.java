package io.joulestream.core.energy;

import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.state.StateInput;
import io.joulestream.core.state.StateOutput;

/** The bytes of energies and amounts inside a state, the same in every state that has them. */
public final class AmountCodec {
    private AmountCodec() {}

    public static void write(StateOutput out, EnergyBuckets energy) {
        out.writeNumber(energy.measuredMicrojoules());
        out.writeNumber(energy.bridgedMicrojoules());
        out.writeNumber(energy.estimatedMicrojoules());
    }

    public static EnergyBuckets readEnergy(StateInput in) {
        return new EnergyBuckets(in.readNumber(), in.readNumber(), in.readNumber());
    }

    public static void write(StateOutput out, Amount amount) {
        write(out, amount.energy());
        out.writeNumber(amount.coveredMillis());
        out.writeNumber(amount.accountedMillis());
    }

    public static Amount readAmount(StateInput in) {
        return new Amount(readEnergy(in), in.readNumber(), in.readNumber());
    }
}
