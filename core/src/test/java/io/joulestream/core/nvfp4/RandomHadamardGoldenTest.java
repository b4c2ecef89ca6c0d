package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RandomHadamardGoldenTest {
    @Test
    void transformsMatchAndRoundToBf16() {
        List<String[]> rows = Golden.rows("rht.csv");

        assertThat(rows).hasSize(24);
        for (String[] row : rows) {
            float[] x = Golden.values(row[0]);
            RandomHadamard.FP32.transform(x, 0);
            assertThat(Golden.patterns(x)).isEqualTo(Golden.patterns(Golden.values(row[1])));
            for (int i = 0; i < x.length; i++) {
                x[i] = Bf16.round(x[i]);
            }
            assertThat(Golden.patterns(x)).isEqualTo(Golden.patterns(Golden.values(row[2])));
        }
    }

    @Test
    void aUnitVectorGivesItsRowOfTheMatrix() {
        Map<?, ?> tables = (Map<?, ?>) Golden.json("tables.json");
        List<?> signs = (List<?>) tables.get("rht_signs");
        List<?> matrix = (List<?>) tables.get("hadamard16");

        for (int i = 0; i < 16; i++) {
            float[] x = new float[16];
            x[i] = 1f;
            RandomHadamard.FP32.transform(x, 0);
            for (int j = 0; j < 16; j++) {
                int expected = (Integer) signs.get(i) * (Integer) ((List<?>) matrix.get(i)).get(j);
                assertThat(x[j]).as("input %d, output %d", i, j).isEqualTo(expected / 4f);
            }
        }
    }
}
