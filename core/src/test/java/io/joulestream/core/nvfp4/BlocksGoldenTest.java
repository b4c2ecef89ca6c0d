package io.joulestream.core.nvfp4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class BlocksGoldenTest {
    @TestFactory
    Stream<DynamicTest> singleBlocks() {
        List<?> blocks = (List<?>) Golden.json("blocks.json");
        assertThat(blocks).hasSize(120);
        return blocks.stream().map(entry -> {
            Map<?, ?> block = (Map<?, ?>) entry;
            String name = block.get("name") + " " + block.get("rounding") + " amax " + block.get("amax_given");
            return DynamicTest.dynamicTest(name, () -> check(block));
        });
    }

    private static void check(Map<?, ?> block) {
        QuantiserOptions options = QuantiserOptions.of(QuantisationMode.ONE_D);
        if (block.get("rounding").equals("sr")) {
            options = options.withStochasticRounding((Integer) block.get("seed"), (Integer) block.get("stream"));
        }
        if (block.get("amax_given") != null) {
            options = options.withAmax(Golden.value((String) block.get("amax_given")));
        }

        Quantised quantised = new Quantiser(options).quantise(Golden.values(block.get("x")), 1, 16);

        assertThat(Golden.pattern(quantised.tensorScale().amax())).isEqualTo(block.get("amax"));
        assertThat(Golden.pattern(quantised.tensorScale().encode())).isEqualTo(block.get("s_enc"));
        assertThat(quantised.scales()[0] & 0xFF).isEqualTo(block.get("scale"));
        assertThat(HexFormat.of().formatHex(quantised.codes())).isEqualTo(block.get("packed"));
        assertThat(Golden.patterns(quantised.dequantise())).isEqualTo(Golden.patterns(Golden.values(block.get("deq"))));
    }
}
