package io.joulestream.streaming;

import io.joulestream.core.energy.ChannelId;
import io.joulestream.core.energy.ChannelRule;
import io.joulestream.core.energy.OwnerRules;
import io.joulestream.core.energy.RegisterChange;
import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.InventoryVersion;
import io.joulestream.core.inventory.MeterExchange;
import io.joulestream.core.inventory.Ratio;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SampleKind;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.inventory.SiteKind;
import io.joulestream.core.telemetry.Metric;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** What a site's inventory means to the ledger of its owners, by event time. Not thread-safe: it remembers rules. */
final class SiteRules implements OwnerRules {
    /** A gap of a gauge up to this long is interpolated. */
    private static final Duration INTERPOLATE_UP_TO = Duration.ofMinutes(15);

    /** Inventory gives no flow; more than the supply of the largest campus is no flow of one meter. */
    private static final long MOST_WATER_LITRES_PER_SECOND = 300;

    /** More than a tanker's pump delivers. */
    private static final long MOST_FUEL_LITRES_PER_SECOND = 30;

    private static final Duration HYPERSCALE_WAIT = Duration.ofSeconds(30);
    private static final Duration EDGE_WAIT = Duration.ofSeconds(120);

    private final InventoryHistory history;
    private final long floorMillis;
    /** Start of each version but the first, ascending; the version in force is found without making objects. */
    private final long[] laterStarts;

    private final List<InventoryVersion> inForce;
    private final Map<ChannelId, LongFunction<ChannelRule>> rules = new HashMap<>();
    private final Map<ChannelId, Boolean> ofRuns = new HashMap<>();
    private final Map<ChannelId, List<RegisterChange>> changes = new HashMap<>();

    SiteRules(InventoryHistory history) {
        this(history, Long.MIN_VALUE);
    }

    /** @param floorMillis the first instant that the generation accounts for */
    SiteRules(InventoryHistory history, long floorMillis) {
        this.history = history;
        this.floorMillis = floorMillis;
        List<InventoryVersion> successive = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        Optional<Instant> at = Optional.of(Instant.EPOCH);
        while (at.isPresent()) {
            successive.add(
                    history.at(at.get()).orElseGet(() -> history.versions().get(0)));
            starts.add(at.get().toEpochMilli());
            at = history.nextChangeAfter(at.get());
        }
        this.inForce = List.copyOf(successive);
        this.laterStarts = starts.stream().skip(1).mapToLong(Long::longValue).toArray();
    }

    InventoryHistory history() {
        return history;
    }

    /** The first instant that the generation accounts for; the least there is for one that began with the site. */
    long floorMillis() {
        return floorMillis;
    }

    /**
     * Length of the generation's ledger rows: by the inventory in force when it begins, whatever zone the site has later,
     * because rows of two lengths would tell the same energy twice.
     */
    int ledgerStepSeconds() {
        return Math.toIntExact(inventoryAt(floorMillis).ledgerStep().toSeconds());
    }

    /** The inventory in force at an instant; before the first version, the first. */
    SiteInventory inventoryAt(long millis) {
        return inForce.get(indexAt(millis)).inventory();
    }

    private int indexAt(long millis) {
        int index = 0;
        while (index < laterStarts.length && laterStarts[index] <= millis) {
            index++;
        }
        return index;
    }

    /** The channel as the version in force declares it, or, where that one no longer has it, the last that did. */
    Channel channelAt(ChannelId id, long millis) {
        Optional<Channel> channel = channelIn(inventoryAt(millis), id);
        List<InventoryVersion> versions = history.versions();
        for (int i = versions.size() - 1; i >= 0 && channel.isEmpty(); i--) {
            channel = channelIn(versions.get(i).inventory(), id);
        }
        return channel.orElseThrow(() -> new IllegalStateException("no version has the channel " + id));
    }

    private static Optional<Channel> channelIn(SiteInventory inventory, ChannelId id) {
        return inventory
                .entity(id.entity())
                .flatMap(entity -> Metric.byNumber(id.metric()).flatMap(entity::channel));
    }

    @Override
    public ChannelRule rule(ChannelId channel, long atMillis) {
        return rulesOf(channel).apply(atMillis);
    }

    @Override
    public LongFunction<ChannelRule> rulesOf(ChannelId channel) {
        return rules.computeIfAbsent(channel, this::remembered);
    }

    private LongFunction<ChannelRule> remembered(ChannelId channel) {
        ChannelRule[] ofVersion = new ChannelRule[inForce.size()];
        return atMillis -> {
            int index = indexAt(atMillis);
            if (ofVersion[index] == null) {
                ofVersion[index] = ruleIn(inForce.get(index), channel);
            }
            return ofVersion[index];
        };
    }

    /** The version's own rule; a channel that this version no longer has keeps the rule it had last. */
    private ChannelRule ruleIn(InventoryVersion version, ChannelId id) {
        Optional<ChannelRule> own = ruleOf(version.inventory(), id);
        if (own.isPresent()) {
            return own.get();
        }
        List<InventoryVersion> versions = history.versions();
        for (int i = versions.size() - 1; i >= 0; i--) {
            Optional<ChannelRule> other = ruleOf(versions.get(i).inventory(), id);
            if (other.isPresent()) {
                return other.get();
            }
        }
        throw new IllegalStateException("no version of " + version.inventory() + " has the channel " + id);
    }

    private Optional<ChannelRule> ruleOf(SiteInventory inventory, ChannelId id) {
        Optional<Entity> entity = inventory.entity(id.entity());
        return entity.flatMap(e -> Metric.byNumber(id.metric()).flatMap(e::channel))
                .map(channel -> rule(entity.get(), channel, changes.computeIfAbsent(id, this::changesOf)));
    }

    /** Exchanges of the meter and new ratios, as the versions in force tell them. */
    private List<RegisterChange> changesOf(ChannelId id) {
        NavigableMap<Long, RegisterChange> found = new TreeMap<>();
        for (int i = 1; i < inForce.size(); i++) {
            Optional<Channel> before = channelIn(inForce.get(i - 1).inventory(), id);
            Optional<Channel> after = channelIn(inForce.get(i).inventory(), id);
            if (before.isPresent()
                    && after.isPresent()
                    && !before.get().ctRatio().equals(after.get().ctRatio())) {
                long start = laterStarts[i - 1];
                found.put(
                        start,
                        ratioChange(start, before.get().ctRatio(), after.get().ctRatio()));
            }
        }
        for (InventoryVersion version : inForce) {
            List<MeterExchange> exchanges =
                    channelIn(version.inventory(), id).map(Channel::exchanges).orElse(List.of());
            for (MeterExchange exchange : exchanges) {
                long at = exchange.at().toEpochMilli();
                if (inForce.get(indexAt(at)) == version) {
                    found.put(
                            at,
                            RegisterChange.exchange(
                                    at,
                                    scaled(
                                            exchange.oldFinal(),
                                            channelAt(id, at - 1).ctRatio()),
                                    scaled(
                                            exchange.newInitial(),
                                            channelAt(id, at).ctRatio())));
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static RegisterChange ratioChange(long at, Ratio before, Ratio after) {
        return RegisterChange.ratio(
                at,
                BigInteger.valueOf(after.numerator()).multiply(BigInteger.valueOf(before.denominator())),
                BigInteger.valueOf(after.denominator()).multiply(BigInteger.valueOf(before.numerator())));
    }

    private static ChannelRule rule(Entity entity, Channel channel, List<RegisterChange> changes) {
        boolean counter = ScaledValue.isRegister(channel.metric());
        return new ChannelRule(
                kind(channel),
                channel.holeAfter().toMillis(),
                channel.maxGap().toMillis(),
                INTERPOLATE_UP_TO.toMillis(),
                greatestRate(entity, channel.metric()),
                channel.jitter().toMillis(),
                counter
                        ? scaled(BigInteger.valueOf(channel.resolution()), channel.ctRatio())
                                .longValueExact()
                        : 0,
                counter ? scaled(channel.modulus(), channel.ctRatio()) : BigInteger.ZERO,
                counter ? changes : List.of());
    }

    private static ChannelRule.Kind kind(Channel channel) {
        if (ScaledValue.isRegister(channel.metric())) {
            return ChannelRule.Kind.COUNTER;
        }
        if (channel.metric().isStoredEnergy()) {
            return ChannelRule.Kind.LEVEL;
        }
        return channel.sampleKind() == SampleKind.AVERAGED
                ? ChannelRule.Kind.AVERAGED_POWER
                : ChannelRule.Kind.INSTANT_POWER;
    }

    /** Milliwatts; for a volume millilitres per millisecond, which are litres per second. */
    private static long greatestRate(Entity entity, Metric metric) {
        if (!metric.isVolume()) {
            return entity.nameplateMilliwatts();
        }
        return metric == Metric.WATER_VOLUME ? MOST_WATER_LITRES_PER_SECOND : MOST_FUEL_LITRES_PER_SECOND;
    }

    private static BigInteger scaled(BigInteger value, Ratio ratio) {
        return value.multiply(BigInteger.valueOf(ratio.numerator())).divide(BigInteger.valueOf(ratio.denominator()));
    }

    @Override
    public boolean isOfRuns(ChannelId channel) {
        return ofRuns.computeIfAbsent(channel, this::isOfRunsInAnyVersion);
    }

    private boolean isOfRunsInAnyVersion(ChannelId channel) {
        return inForce.stream()
                .map(InventoryVersion::inventory)
                .anyMatch(inventory -> inventory
                        .entity(channel.entity())
                        .filter(entity -> OwnerAccount.isOfRecord(entity, channel))
                        .filter(entity -> entity.role() == Role.CHECK
                                || inventory.powerGroupOf(entity).isPresent())
                        .isPresent());
    }

    /** That of the first version that knows the entity: a later one must not move what is already attributed. */
    @Override
    public long allocationGapMillis(String entity) {
        for (InventoryVersion version : history.versions()) {
            Optional<Entity> known = version.inventory().entity(entity);
            if (known.isPresent()) {
                return known.get().channels().stream()
                        .mapToLong(channel -> channel.maxGap().toMillis())
                        .max()
                        .orElse(0);
            }
        }
        return 0;
    }

    /** Twice the reordering wait of the site's kind. */
    @Override
    public long rawTailMillis() {
        SiteKind kind = history.versions().get(0).inventory().kind();
        return 2 * (kind == SiteKind.EDGE ? EDGE_WAIT : HYPERSCALE_WAIT).toMillis();
    }

    /** The longest that any version grants: what one of them still accepts must not be forgotten. */
    @Override
    public long acceptHistoryMillis() {
        return history.versions().stream()
                .mapToLong(version -> version.inventory().acceptHistory().toMillis())
                .max()
                .orElseThrow();
    }
}
