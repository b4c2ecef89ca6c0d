package io.joulestream.core.kpi;

import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.SiteInventory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether channels are read as often as the inventory says. A sample period that is too long hides gaps: holes and coverage
 * are judged by it. Nothing is corrected, because the period is never inferred from data.
 */
public final class SampleSpacing {
    /** Below this share of the sample period the inventory's period is doubtful. */
    private static final int LEAST_PERCENT = 75;
    /** Fewer readings an hour say nothing of their spacing. */
    private static final int LEAST_SAMPLES = 4;

    /** A channel whose readings are closer together than its sample period. */
    public record TooClose(String entity, String metric, Duration median, Duration samplePeriod) {}

    private SampleSpacing() {}

    /** @param hours of a day or so; the median over hours of covered time per reading is the spacing */
    public static List<TooClose> of(SiteInventory inventory, Collection<MeterHour> hours) {
        Map<String, List<MeterHour>> byChannel = new TreeMap<>();
        for (MeterHour hour : hours) {
            if (hour.samples() >= LEAST_SAMPLES && hour.coveredMillis() > 0) {
                byChannel
                        .computeIfAbsent(hour.entity() + " " + hour.metric(), channel -> new ArrayList<>())
                        .add(hour);
            }
        }
        List<TooClose> found = new ArrayList<>();
        for (List<MeterHour> channel : byChannel.values()) {
            MeterHour any = channel.get(0);
            long median = median(channel);
            inventory
                    .entity(any.entity())
                    .flatMap(entity -> entity.channel(any.metric()))
                    .map(Channel::samplePeriod)
                    .filter(period -> median * 100 < period.toMillis() * LEAST_PERCENT)
                    .ifPresent(period -> found.add(
                            new TooClose(any.entity(), any.metric().dottedName(), Duration.ofMillis(median), period)));
        }
        return found;
    }

    private static long median(List<MeterHour> hours) {
        long[] spacings = hours.stream()
                .mapToLong(hour -> hour.coveredMillis() / hour.samples())
                .sorted()
                .toArray();
        return spacings[spacings.length / 2];
    }
}
