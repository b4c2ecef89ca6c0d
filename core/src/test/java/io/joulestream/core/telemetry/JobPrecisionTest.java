package io.joulestream.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JobPrecisionTest {
    @Test
    void codesAreOnlyEverAdded() {
        assertThat(Arrays.stream(JobPrecision.values()).map(precision -> precision + " " + precision.code()))
                .containsExactly("NVFP4 1", "MXFP8 2", "FP8 3", "BF16 4", "FP16 5", "FP32 6", "TF32 7");
    }

    @Test
    void aWordIsTakenInEitherCase() {
        assertThat(JobPrecision.ofWord("tf32")).contains(JobPrecision.TF32);
        assertThat(JobPrecision.ofWord("BF16")).contains(JobPrecision.BF16);
        assertThat(JobPrecision.ofWord("int8")).isEmpty();
    }
}
