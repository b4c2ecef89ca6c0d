package io.joulestream.core.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.joulestream.core.savings.SavingsAnswer.Direction;
import io.joulestream.core.savings.SavingsAnswer.ModelledPotential;
import io.joulestream.core.savings.SavingsAnswer.NotApplicable;
import io.joulestream.core.savings.SavingsAnswer.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavingsModelTest {
    /** Published: Llama3 70B on GB300 1.41, on GB200 1.18. */
    @ParameterizedTest
    @CsvSource({"0.44, 3, 1.42, 0.29", "0.31, 2, 1.18, 0.155"})
    void anIdealStepSpeedsUpByAmdahlsLaw(double share, double ratio, double speedUp, double timeOnlySaving) {
        WorkloadProfile profile = Profiles.fp8Step(share, Profiles.ideal(), null);

        ModelledPotential potential = potential(profile, Profiles.device(ratio));

        assertThat(10 / potential.seconds().p50())
                .isCloseTo(1 / (1 - share + share / ratio), within(1e-3))
                .isCloseTo(speedUp, within(0.01));
        assertThat(potential.referenceLines().timeOnlySavingShare()).isCloseTo(timeOnlySaving, within(0.005));
    }

    /** The efficiency ratio that a published whole-step speed-up implies gives that speed-up back. */
    @ParameterizedTest
    @CsvSource({"1.41, 3, 0.6", "1.41, 3, 0.9", "1.18, 2, 0.6", "1.18, 2, 0.9"})
    void anEfficiencyInvertedFromASpeedUpGivesItBack(double speedUp, double ratio, double gemmShare) {
        double efficiency = gemmShare / (ratio * (1 / speedUp - 1 + gemmShare));
        WorkloadProfile profile = Profiles.fp8Step(
                gemmShare, with(Profiles.ideal(), Assumption.NVFP4_EFFICIENCY_RATIO, efficiency), null);

        ModelledPotential potential = potential(profile, Profiles.device(ratio));

        assertThat(10 / potential.seconds().p50()).isCloseTo(speedUp, within(0.002));
        assertThat(efficiency).isBetween(0.48, 0.68);
    }

    @Test
    void energyFollowsTheHandCalculation() {
        Map<Assumption, Range> assumptions = with(Profiles.ideal(), Assumption.NVFP4_OPERATION_ENERGY_RATIO, 0.64);
        WorkloadProfile profile = Profiles.fp8Step(0.5, assumptions, null);

        ModelledPotential potential = potential(profile, Profiles.device(2));

        // idle 100 W; 5000 J dynamic over 10 s, half of it in GEMMs; FP4 takes sqrt(0.64) of that in half their time
        double dynamic = 2500 * 0.8 + 2500;
        assertThat(potential.seconds().p50()).isCloseTo(7.5, within(1e-9));
        assertThat(potential.joules().p50()).isCloseTo(100 * 7.5 + dynamic, within(1e-6));
        assertThat(potential.savingShare().p50()).isCloseTo(1 - 5250 / 6000.0, within(1e-9));
        assertThat(potential.joulesPerToken().p50()).isCloseTo(5.25, within(1e-9));
        assertThat(potential.referenceLines().idleOnlySavingShare()).isCloseTo(250 / 6000.0, within(1e-9));
        assertThat(potential.direction()).isEqualTo(Direction.SAVING);
    }

    @Test
    void thePowerLimitStretchesTheStep() {
        // the same arithmetic energy in a tenth of the time would need more than 1000 W
        WorkloadProfile profile = Profiles.fp8Step(1, Profiles.ideal(), null);

        ModelledPotential potential = potential(profile, Profiles.device(10));

        assertThat(potential.seconds().p50()).isCloseTo(5000 / 900.0, within(1e-9));
        assertThat(potential.joules().p50() / potential.seconds().p50()).isCloseTo(1000, within(1e-6));
    }

    @Test
    void fullyOverlappedCommunicationGivesNoSpeedUp() {
        WorkloadProfile profile = Profiles.fp8Step(0.5, Profiles.ideal(), Profiles.fixed(5));

        ModelledPotential potential = potential(profile, Profiles.device(3));

        assertThat(potential.seconds().p2_5()).isEqualTo(10);
        assertThat(potential.seconds().p97_5()).isEqualTo(10);
        assertThat(potential.referenceLines().timeOnlySavingShare()).isZero();
    }

    @Test
    void nothingEligibleInPracticeChangesNothing() {
        WorkloadProfile profile = Profiles.fp8Step(0.5, with(Profiles.ideal(), Assumption.ELIGIBLE_SHARE, 0), null);

        ModelledPotential potential = potential(profile, Profiles.device(3));

        assertThat(potential.seconds().p50()).isCloseTo(10, within(1e-9));
        assertThat(potential.savingShare().p50()).isCloseTo(0, within(1e-12));
    }

    /** Published: NVFP4 ran one mixture-of-experts model on B200 at 0.88 of its former rate, 14 % more energy. */
    @Test
    void aStepThatSlowsDownIsALoss() {
        double share = 0.5;
        double efficiency = share / (2 * (1 / 0.88 - 1 + share));
        Map<Assumption, Range> assumptions = with(Profiles.ideal(), Assumption.NVFP4_EFFICIENCY_RATIO, efficiency);
        WorkloadProfile profile = Profiles.fp8Step(share, assumptions, null);

        ModelledPotential potential = potential(profile, Profiles.device(2));

        assertThat(potential.referenceLines().timeOnlySavingShare()).isCloseTo(-0.136, within(0.001));
        assertThat(potential.savingShare().p97_5()).isNegative();
        assertThat(potential.direction()).isEqualTo(Direction.LOSS);
    }

    @Test
    void quantisingCostsItsTraffic() {
        // 2e6 operand elements, read in 2 bytes and written in 1 or 0.5625, at 1e9 bytes per second
        Hardware slowMemory = new Hardware(
                "test",
                Map.of(Precision.FP8, 2.0, Precision.NVFP4, 4.0),
                0.001,
                1000,
                100.0,
                "test",
                "test",
                Profiles.device(2).date(),
                "reported");
        Gemm gemm = new Gemm("layer", GemmRole.FPROP, 1000, 1000, 1000, 500, true);
        double before = 500 * (4e-3 + 2 * 2e6 * 3 / 1e9);
        double after = 500 * ((2 * 2e6 * 0.5625 / 2 + 2e6) / 1e9 + 2 * 2e6 * 2.5625 / 1e9);
        WorkloadProfile profile = step(10, 6000, gemm, with(Profiles.ideal(), Assumption.QUANTISE_PASSES, 2));

        ModelledPotential potential = potential(profile, slowMemory);

        assertThat(before).isLessThan(10);
        assertThat(potential.seconds().p50()).isCloseTo(10 - before + after, within(1e-9));
    }

    @Test
    void memoryEnergyFollowsTheBytesAndArithmeticEnergyTheOperations() {
        // 5000 runs of 4e6 bytes in FP8 at 1 nJ per byte are 20 J of the 2500 J that the GEMMs draw
        Map<Assumption, Range> assumptions = with(
                with(Profiles.ideal(), Assumption.MEMORY_PICOJOULES_PER_BYTE, 1000),
                Assumption.NVFP4_OPERATION_ENERGY_RATIO,
                0.25);
        Gemm gemm = new Gemm("layer", GemmRole.FPROP, 1000, 1000, 1000, 5000, true);
        double memoryBefore = 5000 * 4e6 * 1e-9;
        double memoryAfter = 5000 * (2e6 * 0.5625 + 2e6) * 1e-9;

        ModelledPotential potential = potential(step(10, 6000, gemm, assumptions), Profiles.device(2));

        double dynamic = (2500 - memoryBefore) * 0.5 + memoryAfter + 2500;
        assertThat(potential.joules().p50()).isCloseTo(100 * 7.5 + dynamic, within(1e-6));
    }

    @Test
    void extraTokensForTheSameLossMultiplyTheEnergy() {
        Map<Assumption, Range> ideal = Profiles.ideal();
        Hardware device = Profiles.device(2);

        double without =
                potential(Profiles.fp8Step(0.5, ideal, null), device).joules().p50();
        double with = potential(Profiles.fp8Step(0.5, with(ideal, Assumption.EXTRA_TOKENS_SHARE, 0.03), null), device)
                .joules()
                .p50();

        assertThat(with / without).isCloseTo(1.03, within(1e-12));
    }

    @Test
    void aDrawWhoseGemmsOutlastTheStepIsFittedIntoIt() {
        // at half efficiency the GEMMs would take 16 of the 10 seconds
        Map<Assumption, Range> assumptions = with(Profiles.ideal(), Assumption.BASELINE_EFFICIENCY, 0.5);

        ModelledPotential potential = potential(Profiles.fp8Step(0.8, assumptions, null), Profiles.device(1.25));

        assertThat(potential.seconds().p50()).isCloseTo(8, within(1e-9));
    }

    @Test
    void aSensorErrorMovesTheBaselineAndTheResultAlike() {
        Map<Assumption, Range> assumptions = with(Profiles.ideal(), Assumption.SENSOR_ERROR, 0.1);

        ModelledPotential potential = potential(Profiles.fp8Step(0.5, assumptions, null), Profiles.device(2));

        // 6600 J, 5600 J of it dynamic, which stays; 2.5 s of idle are saved
        assertThat(potential.savingShare().p50()).isCloseTo(250 / 6600.0, within(1e-9));
    }

    @Test
    void smallGemmsBoundByMemoryGainNoArithmetic() {
        Gemm thin = new Gemm("decode", GemmRole.FPROP, 1, 8192, 8192, 10_000, true);
        Hardware b200 = HardwareCatalogue.bundled().find("B200").orElseThrow();
        WorkloadProfile profile = new WorkloadProfile(
                "thin",
                "B200",
                1,
                Precision.FP8,
                0.2,
                100,
                Basis.MEASURED,
                null,
                null,
                Profiles.fixed(100),
                List.of(thin),
                Profiles.ideal());

        ModelledPotential potential = potential(profile, b200);

        // the GEMM time falls with the bytes, 0.5625, not with the peaks, 0.5
        double gemmSeconds = 10_000 * (8192.0 * 8192 + 8192 + 2 * 8192) / 7.7e12;
        double nvfp4Seconds = 10_000 * ((8192.0 * 8192 + 8192) * 0.5625 + 2 * 8192) / 7.7e12;
        assertThat(potential.seconds().p50()).isCloseTo(0.2 - gemmSeconds + nvfp4Seconds, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"V100-SXM2", "A100-SXM-80GB", "H100-SXM", "H200-SXM"})
    void aGpuWithoutFp4UnitsIsRefused(String name) {
        Hardware hardware = HardwareCatalogue.bundled().find(name).orElseThrow();

        SavingsAnswer answer = SavingsModel.evaluate(onHardware(name), hardware);

        assertThat(answer)
                .isEqualTo(new NotApplicable(
                        Reason.NO_FP4_UNITS, name + " has no FP4 units: NVFP4 saves no GEMM time or energy there"));
    }

    @Test
    void figuresThatCannotBeTrueAreRefused() {
        Hardware device = Profiles.device(2);
        Map<Assumption, Range> ideal = Profiles.ideal();
        Gemm gemm = new Gemm("layer", GemmRole.FPROP, 1000, 1000, 1000, 1000, true);
        Gemm ineligible = new Gemm("head", GemmRole.FPROP, 1000, 1000, 1000, 1000, false);

        assertReason(Reason.GEMMS_EXCEED_STEP, Profiles.fp8Step(1.01, ideal, null), device);
        assertReason(Reason.NO_ELIGIBLE_GEMMS, step(10, 6000, ineligible), device);
        assertReason(Reason.POWER_OUTSIDE_DEVICE_LIMITS, step(10, 900, gemm), device);
        assertReason(Reason.POWER_OUTSIDE_DEVICE_LIMITS, step(10, 12_000, gemm), device);
        assertReason(
                Reason.IDLE_POWER_UNKNOWN,
                onHardware("B200"),
                HardwareCatalogue.bundled().find("B200").orElseThrow());
        assertReason(
                Reason.NO_BASELINE_UNITS,
                step(10, 6000, gemm),
                new Hardware(
                        "test",
                        Map.of(Precision.NVFP4, 2.0),
                        1,
                        1000,
                        100.0,
                        "test",
                        "test",
                        device.date(),
                        "reported"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavingsModel.evaluate(onHardware("B200"), device))
                .withMessage("profile is of hardware B200, was given test");
    }

    @Test
    void theExampleProfileHasAnAssumedPotential() throws Exception {
        WorkloadProfile profile =
                WorkloadProfile.parse(Files.readString(Path.of("../docs/examples/workloads/llama-70b-b200.yaml")));

        ModelledPotential potential =
                potential(profile, HardwareCatalogue.bundled().find("B200").orElseThrow());

        assertThat(potential.basis()).isEqualTo(Basis.ASSUMED);
        assertThat(potential.draws()).isGreaterThanOrEqualTo(2000);
        Interval saving = potential.savingShare();
        assertThat(List.of(saving.p2_5(), saving.p5(), saving.p50(), saving.p95(), saving.p97_5()))
                .isSorted();
        assertThat(saving.p50()).isBetween(0.0, 0.3);
        assertThat(saving.p97_5()).isLessThan(0.5);
        assertThat(potential.inputs())
                .extracting(ModelInput::name)
                .doesNotHaveDuplicates()
                .contains("step_joules", "eligible_share", "peak_nvfp4_teraflops", "overlapped_communication_seconds")
                .doesNotContain("fp8_efficiency_ratio", "overlapped_communication_share");
    }

    @Test
    void theSameProfileGivesTheSameAnswer() {
        WorkloadProfile profile = Profiles.fp8Step(0.4, Map.of(Assumption.ELIGIBLE_SHARE, Profiles.fixed(0.85)), null);

        assertThat(potential(profile, Profiles.device(2))).isEqualTo(potential(profile, Profiles.device(2)));
    }

    @Test
    void aBf16BaselineIsPricedByBothEfficiencyRatios() {
        Map<Assumption, Range> assumptions = with(
                with(Profiles.ideal(), Assumption.FP8_EFFICIENCY_RATIO, 0.8), Assumption.NVFP4_EFFICIENCY_RATIO, 0.5);
        Gemm gemm = new Gemm("layer", GemmRole.FPROP, 1000, 1000, 1000, 2500, true);
        WorkloadProfile profile = new WorkloadProfile(
                "bf16",
                "test",
                1,
                Precision.BF16,
                10,
                6000,
                Basis.MEASURED,
                null,
                null,
                null,
                List.of(gemm),
                assumptions);

        ModelledPotential potential = potential(profile, Profiles.device(2));

        // 5 s of GEMMs at 1 TFLOPS become 5 / (4 * 0.8 * 0.5) s
        assertThat(potential.seconds().p50()).isCloseTo(5 + 5 / 1.6, within(1e-9));
        assertThat(potential.joulesPerToken()).isNull();
        assertThat(potential.inputs()).extracting(ModelInput::name).contains("fp8_efficiency_ratio");
    }

    @Test
    void theWeakestInputIsTheBasisOfTheAnswer() {
        ModelledPotential potential = potential(Profiles.fp8Step(0.5, Profiles.ideal(), null), Profiles.device(2));

        // the profile is measured throughout, the device's peaks are only published
        assertThat(potential.basis()).isEqualTo(Basis.ASSUMED);
        assertThat(potential.inputs())
                .filteredOn(input -> input.source().equals("profile"))
                .extracting(input -> input.range().basis())
                .containsOnly(Basis.MEASURED);
    }

    private static Map<Assumption, Range> with(
            Map<Assumption, Range> assumptions, Assumption assumption, double value) {
        Map<Assumption, Range> changed = new EnumMap<>(assumptions);
        changed.put(assumption, Profiles.fixed(value));
        return changed;
    }

    private static WorkloadProfile step(double seconds, double joules, Gemm gemm) {
        return step(seconds, joules, gemm, Profiles.ideal());
    }

    private static WorkloadProfile step(double seconds, double joules, Gemm gemm, Map<Assumption, Range> assumptions) {
        return new WorkloadProfile(
                "test",
                "test",
                1,
                Precision.FP8,
                seconds,
                joules,
                Basis.MEASURED,
                null,
                null,
                null,
                List.of(gemm),
                assumptions);
    }

    private static WorkloadProfile onHardware(String name) {
        Gemm gemm = new Gemm("layer", GemmRole.FPROP, 8192, 8192, 8192, 100, true);
        return new WorkloadProfile(
                "test",
                name,
                1,
                Precision.BF16,
                1,
                600,
                Basis.MEASURED,
                null,
                null,
                null,
                List.of(gemm),
                Profiles.ideal());
    }

    private static void assertReason(Reason reason, WorkloadProfile profile, Hardware hardware) {
        assertThat(SavingsModel.evaluate(profile, hardware))
                .isInstanceOfSatisfying(
                        NotApplicable.class,
                        answer -> assertThat(answer.reason()).isEqualTo(reason));
    }

    private static ModelledPotential potential(WorkloadProfile profile, Hardware hardware) {
        return (ModelledPotential) SavingsModel.evaluate(profile, hardware);
    }
}
