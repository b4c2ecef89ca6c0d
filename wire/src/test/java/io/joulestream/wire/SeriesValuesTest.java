package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.wire.v1.Packing;
import io.joulestream.wire.v1.Series;
import org.junit.jupiter.api.Test;

class SeriesValuesTest {
    @Test
    void theSmallestPackingIsChosen() {
        assertThat(packingOf(7_000_000, 7_000_000, 7_000_000)).isEqualTo(Packing.CONST);
        assertThat(packingOf(7_000_000, 7_000_010, 7_000_005)).isEqualTo(Packing.DELTA1);
        assertThat(packingOf(7_000_000, 7_700_000, 8_400_000, 9_100_001)).isEqualTo(Packing.DELTA2);
        assertThat(packingOf(Long.MIN_VALUE, Long.MAX_VALUE, 0)).isEqualTo(Packing.RAW);
        assertThat(packingOf(5)).isEqualTo(Packing.RAW);
    }

    @Test
    void eachPackingUnpacksAsItsDefinitionSays() {
        assertThat(unpack(Packing.RAW, 5, 6, 4)).containsExactly(5, 6, 4);
        assertThat(unpack(Packing.DELTA1, 5, 1, -2)).containsExactly(5, 6, 4);
        assertThat(unpack(Packing.DELTA2, 5, 1, -3)).containsExactly(5, 6, 4);
        assertThat(SeriesValues.unpack(
                        Series.newBuilder().setPacking(Packing.CONST).addV(5).build(), 3))
                .containsExactly(5, 5, 5);
    }

    @Test
    void unpackingASeriesThatBreaksTheRulesIsAProgrammingError() {
        Series series = Series.newBuilder().addV(1).build();

        assertThatThrownBy(() -> SeriesValues.unpack(series, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Packing packingOf(long... values) {
        Series.Builder series = Series.newBuilder();
        SeriesValues.pack(values, series);
        return series.getPacking();
    }

    private static long[] unpack(Packing packing, long... v) {
        Series.Builder series = Series.newBuilder().setPacking(packing);
        for (long value : v) {
            series.addV(value);
        }
        return SeriesValues.unpack(series.build(), v.length);
    }
}
