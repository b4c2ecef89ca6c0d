package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HardwareScaleLayoutTest {
    @Test
    void fourRowsOfOneTileShareSixteenBytes() {
        assertThat(HardwareScaleLayout.offset(0, 0, 8)).isZero();
        assertThat(HardwareScaleLayout.offset(0, 3, 8)).isEqualTo(3);
        assertThat(HardwareScaleLayout.offset(32, 0, 8)).isEqualTo(4);
        assertThat(HardwareScaleLayout.offset(96, 3, 8)).isEqualTo(15);
        assertThat(HardwareScaleLayout.offset(1, 0, 8)).isEqualTo(16);
        assertThat(HardwareScaleLayout.offset(0, 4, 8)).isEqualTo(512);
        assertThat(HardwareScaleLayout.offset(128, 0, 8)).isEqualTo(1024);
    }

    @Test
    void everyScaleHasItsOwnPlaceInsideThePaddedSize() {
        int rows = 300;
        int blocks = 7;
        Set<Long> offsets = new HashSet<>();
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                offsets.add(HardwareScaleLayout.offset(row, block, blocks));
            }
        }

        assertThat(HardwareScaleLayout.size(rows, blocks)).isEqualTo(384 * 8);
        assertThat(offsets).hasSize(rows * blocks).allMatch(offset -> offset >= 0 && offset < 384 * 8);
    }

    @Test
    void arrangingMovesEveryByteAndPadsWithZero() {
        byte[] scales = {1, 2, 3, 4, 5, 6};

        byte[] arranged = HardwareScaleLayout.arrange(scales, 2, 3);

        assertThat(arranged).hasSize(512).startsWith(1, 2, 3, 0);
        assertThat(arranged[16]).isEqualTo((byte) 4);
        assertThat(arranged[18]).isEqualTo((byte) 6);
    }

    @Test
    void whatIsArrangedComesBack() {
        byte[] scales = new byte[300 * 7];
        new Random(53).nextBytes(scales);

        byte[] arranged = HardwareScaleLayout.arrange(scales, 300, 7);

        assertThat(HardwareScaleLayout.restore(arranged, 300, 7)).isEqualTo(scales);
        assertThat(HardwareScaleLayout.restore(new byte[0], 0, 7)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareScaleLayout.restore(new byte[511], 2, 3))
                .withMessage("the layout has 511 bytes, that of 2 rows and 3 blocks has 512");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareScaleLayout.restore(new byte[0], -1, 3))
                .withMessage("rows and blocks must be >= 0, were -1 and 3");
    }

    @Test
    void nothingIsAllocatedForScalesThatAreNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareScaleLayout.arrange(new byte[5], 1 << 28, 4))
                .withMessage("scales has 5 bytes, rows * blocks is 268435456 * 4");
    }

    @Test
    void aBlockOutsideTheRowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareScaleLayout.offset(0, 3, 3))
                .withMessage("no scale at row 0, block 3 of 3 blocks in a row");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HardwareScaleLayout.arrange(new byte[5], 2, 3))
                .withMessage("scales has 5 bytes, rows * blocks is 2 * 3");
    }
}
