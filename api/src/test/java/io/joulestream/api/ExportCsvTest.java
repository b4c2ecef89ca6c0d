package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCsvTest {
    @ParameterizedTest
    @ValueSource(strings = {"=1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"})
    void aTextThatBeginsLikeAFormulaIsGivenAnApostrophe(String text) {
        assertThat(ExportCsv.text(text)).isEqualTo("'" + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=1", "llm-1", "2026-03", "Europe/Berlin", "'=1"})
    void otherTextStaysAsItIs(String text) {
        assertThat(ExportCsv.text(text)).isEqualTo(text);
    }
}
