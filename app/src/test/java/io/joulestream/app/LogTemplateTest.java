package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import org.junit.jupiter.api.Test;

/** The shape of a log line in JSON. */
class LogTemplateTest {
    private final JsonTemplateLayout layout = JsonTemplateLayout.newBuilder()
            .setConfiguration(new DefaultConfiguration())
            .setEventTemplateUri("classpath:io/joulestream/app/log.json")
            .build();

    private JsonNode line(Log4jLogEvent event) throws IOException {
        String text = layout.toSerializable(event);
        assertThat(text.strip().lines()).hasSize(1);
        return new ObjectMapper().readTree(text);
    }

    private static Log4jLogEvent.Builder event(String message) {
        return Log4jLogEvent.newBuilder()
                .setLoggerName("io.joulestream.app.Service")
                .setLevel(Level.WARN)
                .setThreadName("api-7")
                .setTimeMillis(1_775_044_830_123L)
                .setMessage(new SimpleMessage(message));
    }

    @Test
    void aLineSaysWhenWhatAndWhere() throws IOException {
        JsonNode line = line(event("it is \"so\"\nand so").build());

        assertThat(line.properties())
                .extracting(field -> field.getKey() + "=" + field.getValue().asText())
                .containsExactlyInAnyOrder(
                        "@timestamp=2026-04-01T12:00:30.123Z",
                        "log.level=WARN",
                        "message=it is \"so\"\nand so",
                        "ecs.version=1.2.0",
                        "service.name=joulestream",
                        "log.logger=io.joulestream.app.Service",
                        "process.thread.name=api-7");
    }

    @Test
    void aStackTraceStaysInItsLine() throws IOException {
        JsonNode line = line(event("failed")
                .setThrown(new IllegalStateException("outer", new IOException("inner")))
                .build());

        assertThat(line.get("error.type").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(line.get("error.message").asText()).isEqualTo("outer");
        assertThat(line.get("error.stack_trace").asText())
                .contains("at io.joulestream.app.LogTemplateTest")
                .contains("Caused by: java.io.IOException: inner");
    }

    @Test
    void whatIsLoggedWhileARequestIsWorkedHasItsTraceId() throws IOException {
        JsonNode line = line(event("not answered")
                .setContextData(new SortedArrayStringMap(Map.of("trace_id", "8fc3d0b828f0f82d", "other", "x")))
                .build());

        assertThat(line.get("trace.id").asText()).isEqualTo("8fc3d0b828f0f82d");
        assertThat(line.has("other")).isFalse();
    }
}
