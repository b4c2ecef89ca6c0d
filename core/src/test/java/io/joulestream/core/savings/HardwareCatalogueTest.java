package io.joulestream.core.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HardwareCatalogueTest {
    @Test
    void theBundledFileIsCompleteAndDated() {
        HardwareCatalogue catalogue = HardwareCatalogue.bundled();

        assertThat(catalogue.all()).hasSize(8).allSatisfy(hardware -> {
            assertThat(hardware.source()).isNotBlank();
            assertThat(hardware.licence()).isNotBlank();
            assertThat(hardware.date()).isNotNull();
            assertThat(hardware.confidence()).isIn("reported", "contested", "unverified");
        });
        assertThat(catalogue.find("GB300").orElseThrow().densePeakTeraflops()).containsEntry(Precision.NVFP4, 15_000.0);
        assertThat(catalogue.find("B300").orElseThrow().confidence()).isEqualTo("contested");
        assertThat(catalogue.find("H200-SXM").orElseThrow().knownIdleWatts()).hasValue(80);
        assertThat(catalogue.find("B200").orElseThrow().knownIdleWatts()).isEmpty();
        assertThat(catalogue.find("H300")).isEmpty();
    }

    @Test
    void aBrokenFileIsRefused() {
        String header =
                "name,bf16_tflops,fp8_tflops,fp4_tflops,hbm_tb_per_s,max_w,idle_w,source,licence,date,confidence\n";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareCatalogue.parse("name,peak\n"))
                .withMessageStartingWith("hardware file must start with the header name,bf16_tflops");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareCatalogue.parse(header + "X,1,2\n"))
                .withMessage("hardware line has 3 cells: X,1,2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareCatalogue.parse(header + "X,1,,,1,-5,,s,l,2026-11-01,reported\n"))
                .withMessage("X maxWatts must be > 0, was -5.0");
        String line = "X,1,,,1,5,,s,l,2026-11-01,reported\n";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareCatalogue.parse(header + line + line))
                .withMessage("hardware file names X twice");
    }
}
