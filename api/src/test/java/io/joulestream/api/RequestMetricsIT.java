package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted of requests, and that nobody outside can make it grow. */
class RequestMetricsIT {
    private static final String COUNT = "joulestream_http_request_duration_seconds_count";

    private TestApi api;

    @BeforeEach
    void start() {
        api = TestApi.start();
        Sites.berlin(api.database());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aRequestIsCountedByTheTemplateOfItsRoute() {
        api.get("/v1/sites/berlin");
        api.get("/v1/sites/atlantis");
        api.get("/v1/sites/berlin/pue?window=nonsense");
        api.send("HEAD", "/v1/sites");
        api.get("/assets/app.js");

        // after the answer was sent
        Awaitility.await("all are counted").until(() -> series(COUNT).size() == 5);
        assertThat(series(COUNT))
                .containsExactlyInAnyOrder(
                        COUNT + "{method=\"GET\",route=\"/v1/sites/{site}\",status=\"200\"} 1",
                        COUNT + "{method=\"GET\",route=\"/v1/sites/{site}\",status=\"404\"} 1",
                        COUNT + "{method=\"GET\",route=\"/v1/sites/{site}/pue\",status=\"400\"} 1",
                        COUNT + "{method=\"HEAD\",route=\"/v1/sites\",status=\"200\"} 1",
                        COUNT + "{method=\"GET\",route=\"/assets/{file}\",status=\"200\"} 1");
    }

    @Test
    void whatIsAtNoRouteMakesNoSeriesOfItsOwn() {
        for (int i = 0; i < 50; i++) {
            api.get("/v1/nothing/" + i);
            api.send("METHOD" + i, "/v1/x" + i);
        }

        assertThat(series(COUNT)).hasSizeLessThanOrEqualTo(3).allMatch(line -> line.contains("route=\"none\""));
    }

    @Test
    void whatIsNoRequestAtAllIsCountedByItsStatus() {
        RawHttp.send(api.address(), "GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        RawHttp.send(
                api.address(),
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");

        assertThat(series("joulestream_http_refused_requests_total"))
                .containsExactlyInAnyOrder(
                        "joulestream_http_refused_requests_total{status=\"400\"} 1.0",
                        "joulestream_http_refused_requests_total{status=\"431\"} 1.0");
    }

    private List<String> series(String name) {
        return PrometheusTextFormatWriter.create()
                .toDebugString(api.registry().scrape())
                .lines()
                .filter(line -> line.startsWith(name))
                .toList();
    }
}
