package io.joulestream.core.savings;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What the model has to say: a potential, which may be a loss, or why there is none to state. */
public sealed interface SavingsAnswer {
    /**
     * What moving the eligible GEMMs to NVFP4 would do to one step, by the model alone. It is not a measured saving.
     *
     * @param basis the weakest basis of any input
     * @param baselineSeconds of one step as it is
     * @param baselineJoules of one step as it is, all GPUs
     * @param seconds of one step in NVFP4
     * @param joules of the training progress of one step in NVFP4, extra tokens for the same loss included
     * @param savingShare of the baseline's joules; negative is a loss
     * @param joulesPerToken null if the profile does not state the tokens of a step
     */
    record ModelledPotential(
            String hardware,
            Precision baseline,
            Basis basis,
            double baselineSeconds,
            double baselineJoules,
            Interval seconds,
            Interval joules,
            Interval savingShare,
            Interval joulesPerToken,
            ReferenceLines referenceLines,
            List<ModelInput> inputs,
            int draws,
            long seed)
            implements SavingsAnswer {
        /** The word for such a result, wherever it is stored or shown. */
        public static final String WORD = "modelled_potential";

        public ModelledPotential {
            inputs = List.copyOf(inputs);
        }

        /** Which side of zero the saving lies on, as far as the 95 % interval tells. */
        public Direction direction() {
            if (savingShare.p2_5() > 0) {
                return Direction.SAVING;
            }
            return savingShare.p97_5() < 0 ? Direction.LOSS : Direction.UNDECIDED;
        }
    }

    /** No potential can be stated. */
    record NotApplicable(Reason reason, String detail) implements SavingsAnswer {
        public NotApplicable {
            requireNonNull(reason, "reason");
            requireNonNull(detail, "detail");
        }
    }

    /**
     * Two simpler estimates to hold the result against, both with every input at its central value; they are not bounds.
     *
     * @param timeOnlySavingShare if the average power stayed as it is
     * @param idleOnlySavingShare if only the idle power of the saved time were saved
     */
    record ReferenceLines(double timeOnlySavingShare, double idleOnlySavingShare) {}

    enum Direction {
        SAVING,
        LOSS,
        UNDECIDED
    }

    /** Why there is no potential to state. */
    enum Reason {
        /** The GPU has no FP4 units: NVFP4 could shrink what is stored, but no GEMM would run faster or cheaper. */
        NO_FP4_UNITS,
        /** The GPU has no units for the baseline precision, so the profile cannot be of this hardware. */
        NO_BASELINE_UNITS,
        /** No GEMM of the profile is eligible. */
        NO_ELIGIBLE_GEMMS,
        /** Neither the profile nor the hardware record knows the idle power. */
        IDLE_POWER_UNKNOWN,
        /** Even at the full dense peak the GEMMs would take longer than the step did. */
        GEMMS_EXCEED_STEP,
        /** The average power of the step is not between idle and the power limit, sensor error allowed for. */
        POWER_OUTSIDE_DEVICE_LIMITS
    }
}
