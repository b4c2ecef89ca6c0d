package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionIT {
    private static final String FILE = "/openapi.yaml";

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
        Sites.documented(api.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static HttpResponse<String> compressed(String path, String... headers) {
        return api.get(path, with(headers));
    }

    private static String[] with(String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Accept-Encoding";
        all[1] = "br, gzip;q=0.8";
        return all;
    }

    private static Optional<String> header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name);
    }

    private static long length(HttpResponse<String> answer) {
        return answer.headers().firstValueAsLong("Content-Length").orElse(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FILE,
                "/v1/runs/w10",
                "/v1/sites/berlin/energy",
                "/v1/exports/2026-03?site=berlin",
                "/v1/exports/2026-03?site=berlin&format=csv"
            })
    void aLargeBodyIsTheSameForFewerBytes(String path) {
        HttpResponse<String> plain = api.get(path);
        HttpResponse<String> compressed = compressed(path);

        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(header(compressed, "Content-Encoding")).hasValue("gzip");
        assertThat(compressed.body()).isEqualTo(plain.body());
        assertThat(length(compressed)).isLessThan(plain.body().length() / 2);
        assertThat(plain.headers().allValues("Vary")).contains("Accept-Encoding");
        assertThat(compressed.headers().allValues("Vary"))
                .isEqualTo(plain.headers().allValues("Vary"));
    }

    @Test
    void aSmallBodyIsSentAsItIs() {
        HttpResponse<String> answer = compressed("/v1/health");

        assertThat(header(answer, "Content-Encoding")).isEmpty();
        assertThat(header(answer, "Vary")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip;q=0", "br", "gzipped", "gzip; q=0.000"})
    void whoDoesNotTakeGzipIsNotSentIt(String accepted) {
        assertThat(header(api.get(FILE, "Accept-Encoding", accepted), "Content-Encoding"))
                .isEmpty();
    }

    /** A strong tag is of the bytes that are sent; a weak one of what they say. */
    @Test
    void aStrongTagIsAnotherForTheCompressedBodyAndAWeakOneIsNot() {
        String plain = header(api.get(FILE), "ETag").orElseThrow();
        String gzip = header(compressed(FILE), "ETag").orElseThrow();

        assertThat(plain).startsWith("\"");
        assertThat(gzip).isEqualTo(plain.replaceAll("\"$", "-gzip\""));
        assertThat(header(compressed("/v1/runs/w10"), "ETag"))
                .isEqualTo(header(api.get("/v1/runs/w10"), "ETag"))
                .hasValueSatisfying(tag -> assertThat(tag).startsWith("W/"));
    }

    @Test
    void whatIsKnownCompressedIsKnownOnlyCompressed() {
        String gzip = header(compressed(FILE), "ETag").orElseThrow();
        String weak = header(compressed("/v1/runs/w10"), "ETag").orElseThrow();

        HttpResponse<String> known = compressed(FILE, "If-None-Match", gzip);

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(header(known, "ETag")).hasValue(gzip);
        assertThat(known.headers().allValues("Vary")).contains("Accept-Encoding");
        assertThat(header(known, "Content-Encoding")).isEmpty();
        assertThat(api.get(FILE, "If-None-Match", gzip).statusCode()).isEqualTo(200);
        assertThat(api.get("/v1/runs/w10", "If-None-Match", weak).statusCode()).isEqualTo(304);
    }

    @Test
    void headTellsOfTheBodyThatGetWouldSend() {
        HttpResponse<String> get = compressed(FILE);
        HttpResponse<String> head = api.send("HEAD", FILE, with());

        for (String name : new String[] {"Content-Encoding", "Content-Length", "Content-Type", "ETag", "Vary"}) {
            assertThat(header(head, name)).as(name).isEqualTo(header(get, name));
        }
        assertThat(head.body()).isEmpty();
    }
}
