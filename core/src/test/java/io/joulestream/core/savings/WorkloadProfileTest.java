package io.joulestream.core.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadProfileTest {
    private static final String MINIMAL = """
            name: small
            hardware: B200
            gpus: 8
            baseline: bf16
            step: {seconds: 2, joules: 9000.5, basis: measured}
            gemms:
              - {layer: mlp, role: wgrad, m: 4096, n: 14336, k: 8192, count: 32, eligible: true}
            assumptions:
              eligible_share: {low: 0.8, central: 0.85, high: 0.9, basis: assumed}
            """;

    @Test
    void aMinimalProfileTakesTheDefaults() {
        WorkloadProfile profile = WorkloadProfile.parse(MINIMAL);

        assertThat(profile.baseline()).isEqualTo(Precision.BF16);
        assertThat(profile.stepJoules()).isEqualTo(9000.5);
        assertThat(profile.stepTokens()).isNull();
        assertThat(profile.gemms()).containsExactly(new Gemm("mlp", GemmRole.WGRAD, 4096, 14336, 8192, 32, true));
        assertThat(profile.assumptions()).hasSize(Assumption.values().length);
        assertThat(profile.assumptions().get(Assumption.SENSOR_ERROR).basis()).isEqualTo(Basis.ASSUMED);
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        String yaml = """
                name: ""
                hardware: B200
                gpus: 0
                baseline: nvfp4
                color: red
                step: {seconds: -1, joules: lots, basis: guessed, tokens: 1.5}
                idle_watts: {low: 200, central: 150, high: 170, basis: measured}
                gemms:
                  - {layer: mlp, role: sideways, m: 0, n: 1, k: 1, count: 1, eligible: yes}
                assumptions:
                  sensor_error: {low: -2, central: 0, high: 0, basis: assumed}
                  luck: 7
                """;

        assertThat(problems(yaml))
                .containsExactly(
                        "profile has the unknown key color",
                        "name must be a text, was ",
                        "gpus must be a whole number in 1 to 2147483647, was 0",
                        "baseline must be one of bf16, fp8, was nvfp4",
                        "step.joules must be a finite number, was lots",
                        "step.basis must be one of measured, calibrated, assumed, was guessed",
                        "step.tokens must be a whole number in 1 to 9223372036854775807, was 1.5",
                        "idle_watts: low <= central <= high must hold, was 200.0, 150.0, 170.0",
                        "gemms[0].role must be one of fprop, dgrad, wgrad, was sideways",
                        "gemms[0].m must be a whole number in 1 to 2147483647, was 0",
                        "gemms[0].eligible must be true or false, was yes",
                        "assumptions has the unknown key luck",
                        "step.seconds must be > 0, was -1.0",
                        "assumptions.eligible_share is missing and has no default",
                        "assumptions.sensor_error must lie in -0.5 to 0.5, was -2.0 to 0.0");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(problems("{}"))
                .contains(
                        "name must be a text, is missing",
                        "step is missing",
                        "gemms must be a list that is not empty, is missing",
                        "assumptions is missing");
        assertThat(problems("")).first().isEqualTo("profile is missing");
        assertThat(problems("[1, 2]")).first().isEqualTo("profile must be a map, was [1, 2]");
    }

    @Test
    void whatIsNotYamlIsRefused() {
        assertThat(problems("name: [")).singleElement().asString().startsWith("not YAML: ");
        assertThat(problems(MINIMAL + "name: again\n"))
                .singleElement()
                .asString()
                .contains("duplicate key name");
    }

    @Test
    void overlappedCommunicationMustFitIntoTheStep() {
        String yaml = MINIMAL.replace(
                "basis: measured}",
                "basis: measured, overlapped_communication_seconds: {low: 0, central: 1, high: 3, basis: measured}}");

        assertThat(problems(yaml))
                .containsExactly(
                        "step.overlapped_communication_seconds must lie in 0 to step.seconds 2.0, was 0.0 to 3.0");
    }

    @Test
    void aStepTimeThatCannotBeReadBringsNoSecondComplaint() {
        String yaml = MINIMAL.replace(
                "{seconds: 2,",
                "{seconds: soon, overlapped_communication_seconds: {low: 0, central: 1, high: 3, basis: measured},");

        assertThat(problems(yaml)).containsExactly("step.seconds must be a finite number, was soon");
    }

    private static List<String> problems(String yaml) {
        InvalidWorkloadProfileException refusal =
                catchThrowableOfType(InvalidWorkloadProfileException.class, () -> WorkloadProfile.parse(yaml));
        assertThat(refusal).isNotNull();
        return refusal.problems();
    }
}
