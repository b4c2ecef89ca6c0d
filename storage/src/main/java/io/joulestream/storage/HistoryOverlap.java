package io.joulestream.storage;

import java.time.Instant;

/**
 * Old hours of an owner that an import would tell again.
 *
 * @param owner whose hours they are
 * @param hours whole UTC hours
 * @param producer of the import that told them; null where no import is known to have: readings that were sent live, or
 *     imported before imports were recorded
 * @param importedAt when that import was recorded; null together with {@code producer}
 */
public record HistoryOverlap(String owner, HourSpan hours, String producer, Instant importedAt) {}
