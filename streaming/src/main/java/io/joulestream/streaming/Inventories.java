package io.joulestream.streaming;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sites' inventories as one subtask knows them, read from the inventory topic by the subtask itself.
 *
 * <p>Pulled, not broadcast: whoever sends frames of a site has published its inventory before, so reading the topic to
 * its end when a site is unknown settles the order without parking anything. A version starts no sooner than minutes
 * after its publication; a catch-up at least every {@link #FRESH_MILLIS} of append time keeps ahead of that.
 *
 * <p>For one thread.
 */
final class Inventories implements SiteLookup, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inventories.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long FRESH_MILLIS = 30_000;

    private final InventoryReader reader;
    private Map<InventoryReader.Site, InventoryHistory> histories = new HashMap<>();
    private Map<InventoryReader.Site, List<InventoryRecord>> known = Map.of();
    private long freshUntilMillis = Long.MIN_VALUE;

    Inventories(Properties kafka) {
        Map<String, Object> settings = new HashMap<>();
        kafka.forEach((key, value) -> settings.put(key.toString(), value));
        reader = new InventoryReader(settings);
        catchUp();
    }

    @Override
    public InventoryHistory find(String tenant, String site, long appendedMillis) {
        InventoryReader.Site key = new InventoryReader.Site(tenant, site);
        if (appendedMillis > freshUntilMillis || !histories.containsKey(key)) {
            catchUp();
            freshUntilMillis = appendedMillis + FRESH_MILLIS;
        }
        return histories.get(key);
    }

    private void catchUp() {
        Map<InventoryReader.Site, List<InventoryRecord>> now = reader.catchUp(PATIENCE);
        for (Map.Entry<InventoryReader.Site, List<InventoryRecord>> site : now.entrySet()) {
            if (!site.getValue().equals(known.get(site.getKey()))) {
                histories.put(site.getKey(), history(site.getValue()));
            }
        }
        known = now;
    }

    private static InventoryHistory history(List<InventoryRecord> records) {
        return InventoryHistory.of(records.stream()
                .map(record -> new InventoryVersion(record.version(), parse(record)))
                .toList());
    }

    private static io.joulestream.core.inventory.SiteInventory parse(InventoryRecord record) {
        InventoryResult result = SiteInventoryParser.parse(record.yaml());
        if (result instanceof InventoryResult.Invalid invalid) {
            LOG.error("inventory {} does not parse: {}", record.key(), invalid.problems());
        }
        return result.orElseThrow();
    }

    @Override
    public void close() {
        reader.close();
    }
}
