package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Alone in its JVM while it runs: it sets the defaults that no answer may depend on. */
class LocaleIT {
    private static final List<String> PATHS = List.of(
            "/v1/health",
            "/v1/sites",
            "/v1/sites/berlin/pue?window=P1D&start=2026-03-27T23:00:00Z&end=2026-03-29T22:00:00Z",
            "/v1/sites/berlin/pue?window=pt15m",
            "/v1/sites/berlin/energy?step=PT1H",
            "/v1/runs",
            "/v1/runs/llm-1",
            "/v1/reports/carbon?site=berlin&month=2026-03",
            "/v1/reports/cost?site=berlin&month=2026-03",
            "/v1/exports/2026-03?site=berlin",
            "/v1/exports/2026-03?site=berlin&format=csv",
            "/v1/sites/berlin/pue?window=x&tz=y");

    @Test
    void noAnswerDependsOnTheServersLocaleOrZone() {
        try (TestApi api = TestApi.start()) {
            Sites.berlin(api.database());
            Sites.llm(api.database());
            String plain = answers(api);
            Locale locale = Locale.getDefault();
            TimeZone zone = TimeZone.getDefault();
            try {
                for (String tag : List.of("tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist")) {
                    Locale.setDefault(Locale.forLanguageTag(tag));
                    TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));

                    assertThat(answers(api)).as(tag).isEqualTo(plain);
                }
            } finally {
                Locale.setDefault(locale);
                TimeZone.setDefault(zone);
            }
        }
    }

    private static String answers(TestApi api) {
        return PATHS.stream()
                .map(path -> api.get(path).body().replaceAll("\"trace_id\":\"[0-9a-f]+\"", ""))
                .collect(Collectors.joining("\n"));
    }
}
