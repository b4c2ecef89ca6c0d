package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1", "+1", "@SUM(A1)", "\tx", "\rx", "\nx", "-1-1", "\uff1d1"})
    void aTextThatBeginsLikeAFormulaIsGivenAnApostrophe(String text) {
        assertThat(Csv.cell(text)).isEqualTo("'" + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-0.5", "a=1", "llm-1", "2026-03", "Europe/Berlin", "'=1"})
    void otherTextStaysAsItIs(String text) {
        assertThat(Csv.cell(text)).isEqualTo(text);
    }
}
