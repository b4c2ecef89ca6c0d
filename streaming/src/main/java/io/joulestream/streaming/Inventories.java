package io.joulestream.streaming;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryResult;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.SiteGeneration;
import io.joulestream.core.inventory.SiteInventoryParser;
import io.joulestream.wire.InventoryRecord;
import io.joulestream.wire.kafka.InventoryReader;
import java.time.Duration;
import java.util.ArrayList;
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
 * its end when a site is unknown settles the order. Only who sends before that has to wait ({@link Parking}). A version starts no sooner than minutes
 * after its publication; a catch-up at least every {@link #FRESH_MILLIS} of append time keeps ahead of that.
 *
 * <p>For one thread.
 */
final class Inventories implements SiteLookup {
    private static final Logger LOG = LoggerFactory.getLogger(Inventories.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long FRESH_MILLIS = 30_000;
    private static final long FRESH_FOR_WAITING_MILLIS = 2_000;

    private final InventoryReader reader;
    private Map<InventoryReader.Site, InventoryHistory> histories = new HashMap<>();
    private Map<InventoryReader.Site, List<InventoryRecord>> known = Map.of();
    private Map<InventoryReader.Site, List<SiteGeneration>> generations = Map.of();
    private int problemsLogged;
    private long freshUntilMillis = Long.MIN_VALUE / 2;
    /** Everything published before this append time is known; asking again for a record no younger tells nothing new. */
    private long completeUntilMillis = Long.MIN_VALUE;

    Inventories(Properties kafka) {
        Map<String, Object> settings = new HashMap<>();
        kafka.forEach((key, value) -> settings.put(key.toString(), value));
        reader = new InventoryReader(settings);
        try {
            catchUp();
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public InventoryHistory find(String tenant, String site, long appendedMillis) {
        InventoryReader.Site key = new InventoryReader.Site(tenant, site);
        boolean missing = !histories.containsKey(key) && appendedMillis > completeUntilMillis;
        if (missing || appendedMillis > freshUntilMillis) {
            catchUp();
            freshUntilMillis = appendedMillis + FRESH_MILLIS;
            completeUntilMillis = appendedMillis;
        }
        return histories.get(key);
    }

    @Override
    public InventoryHistory findAgain(String tenant, String site, long appendedMillis) {
        if (appendedMillis > freshUntilMillis - FRESH_MILLIS + FRESH_FOR_WAITING_MILLIS) {
            freshUntilMillis = Math.min(freshUntilMillis, appendedMillis - 1);
        }
        return find(tenant, site, appendedMillis);
    }

    @Override
    public List<SiteGeneration> generations(String tenant, String site) {
        return generations.getOrDefault(new InventoryReader.Site(tenant, site), List.of());
    }

    @Override
    public void refresh() {
        catchUp();
    }

    private void catchUp() {
        Map<InventoryReader.Site, List<InventoryRecord>> now = reader.catchUp(PATIENCE);
        for (Map.Entry<InventoryReader.Site, List<InventoryRecord>> site : now.entrySet()) {
            if (!site.getValue().equals(known.get(site.getKey()))) {
                List<InventoryVersion> versions = valid(site.getValue());
                if (!versions.isEmpty()) {
                    histories.put(site.getKey(), InventoryHistory.of(versions));
                }
            }
        }
        known = now;
        generations = reader.generations();
        reader.problems().stream().skip(problemsLogged).forEach(problem -> LOG.error("inventory topic: {}", problem));
        problemsLogged = reader.problems().size();
    }

    /** The versions that can be read. One that cannot must not stop the others, nor other sites. */
    private static List<InventoryVersion> valid(List<InventoryRecord> records) {
        List<InventoryVersion> versions = new ArrayList<>();
        for (InventoryRecord record : records) {
            InventoryResult result = SiteInventoryParser.parse(record.yaml());
            if (result instanceof InventoryResult.Invalid invalid) {
                LOG.error("inventory {} does not parse and is left out: {}", record.key(), invalid.problems());
            } else {
                versions.add(new InventoryVersion(record.version(), result.orElseThrow(), record.sinceGeneration()));
            }
        }
        return versions;
    }

    @Override
    public void close() {
        reader.close();
    }
}
