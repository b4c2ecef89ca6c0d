package io.joulestream.ingest.mlperf;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.ingest.Decimals;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * One {@code :::MLLOG} line.
 *
 * @param line its number in the file, from 1
 * @param timeMs UTC epoch milliseconds
 * @param value may be any JSON, also null
 * @param metadata the same
 */
record MllogEntry(long line, long timeMs, String key, JsonNode value, JsonNode metadata) {
    /** A number, or a text that is one; logs write both. */
    static Optional<BigDecimal> number(JsonNode node) {
        if (node.isNumber()) {
            return Optional.of(node.decimalValue());
        }
        return node.isTextual() ? Decimals.parse(node.textValue()) : Optional.empty();
    }
}
