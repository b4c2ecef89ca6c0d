package io.joulestream.core.inventory;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One version of one site: its settings and its metering tree, ranges expanded, checked as a whole. Made by {@link
 * SiteInventoryParser}. Immutable, so any thread may use it; a site of 100,000 GPUs takes some tens of megabytes.
 */
public final class SiteInventory {
    private final SiteSettings settings;
    private final List<Entity> entities;
    private final Map<String, Entity> byId;
    private final Map<String, List<Entity>> byOwner;
    private final Set<String> groupMeters;
    private final Map<PowerGroup, List<Entity>> byPowerGroup;
    private final List<Entity> itEntities;
    private final List<Entity> facilityEntities;
    private final List<Entity> sharedItEntities;
    private final Duration ledgerStep;
    /** Made when first asked for: a hall has a hundred thousand entities to look at. */
    private volatile Map<EnergyPart, Long> partWatts;

    /** The parser's word is taken for it: ids are unique, parents and owners exist, there are no cycles. */
    SiteInventory(SiteSettings settings, List<Entity> entities) {
        this.settings = settings;
        this.entities = List.copyOf(entities);
        this.byId = new HashMap<>(entities.size() * 4 / 3 + 1);
        for (Entity entity : entities) {
            byId.put(entity.id(), entity);
        }
        this.groupMeters = findGroupMeters();
        Map<String, List<Entity>> owned = new LinkedHashMap<>();
        Map<PowerGroup, List<Entity>> grouped = new LinkedHashMap<>();
        List<Entity> it = new ArrayList<>();
        List<Entity> facility = new ArrayList<>();
        List<Entity> shared = new ArrayList<>();
        for (Entity entity : entities) {
            owned.computeIfAbsent(entity.ownerId(), owner -> new ArrayList<>(1)).add(entity);
            Optional<PowerGroup> group = powerGroupOf(entity);
            group.ifPresent(present ->
                    grouped.computeIfAbsent(present, g -> new ArrayList<>()).add(entity));
            boolean isShared = entity.role() == Role.NETWORK || entity.role() == Role.STORAGE_IT;
            if (entity.role() == settings.itBoundary() || isShared && !isBelowItMeter(entity)) {
                it.add(entity);
            }
            if (entity.role().facilitySign() != 0) {
                facility.add(entity);
            }
            if (isShared) {
                shared.add(entity);
            }
        }
        owned.replaceAll((owner, members) -> List.copyOf(members));
        grouped.replaceAll((group, members) -> List.copyOf(members));
        this.byOwner = Collections.unmodifiableMap(owned);
        this.byPowerGroup = Collections.unmodifiableMap(grouped);
        this.itEntities = List.copyOf(it);
        this.facilityEntities = List.copyOf(facility);
        this.sharedItEntities = List.copyOf(shared);
        this.ledgerStep = LedgerStep.of(settings.zone());
    }

    public String tenant() {
        return settings.tenant();
    }

    public String site() {
        return settings.site();
    }

    /** The name for people; empty when the file gives none. */
    public Optional<String> name() {
        return Optional.ofNullable(settings.name());
    }

    public SiteKind kind() {
        return settings.kind();
    }

    /** The zone in which this site's days and months are built. */
    public ZoneId zone() {
        return settings.zone();
    }

    /** The zone of the grid's emission factors, such as DE or US-CAMX; empty when the file gives none. */
    public Optional<String> gridZone() {
        return Optional.ofNullable(settings.gridZone());
    }

    /** From which event time on this version describes the site. */
    public Instant effectiveFrom() {
        return settings.effectiveFrom();
    }

    /** How old a reading may be when it arrives. */
    public Duration acceptHistory() {
        return settings.acceptHistory();
    }

    /** Whether frames marked as history are taken on the site's own topics. */
    public boolean allowHistory() {
        return settings.allowHistory();
    }

    /** The one role at which IT energy is measured: UPS_OUT, PDU_OUT, IT_IN or NODE_IN. */
    public Role itBoundary() {
        return settings.itBoundary();
    }

    /** 1, 2 or 3, by the IT measuring place. */
    public int pueCategory() {
        return switch (settings.itBoundary()) {
            case UPS_OUT -> 1;
            case PDU_OUT -> 2;
            default -> 3;
        };
    }

    /** The installed IT power in milliwatts; empty when the file gives none. */
    public OptionalLong installedItMilliwatts() {
        return settings.installedItMilliwatts() == null
                ? OptionalLong.empty()
                : OptionalLong.of(settings.installedItMilliwatts());
    }

    /** The designed PUE; empty when the file gives none. */
    public Optional<BigDecimal> designPue() {
        return Optional.ofNullable(settings.designPue());
    }

    /**
     * From which residual on, in percent of the facility's energy, the site wants to be told; empty when the file gives
     * none. A site that knows of losses or loads without meter sets it above them.
     */
    public Optional<BigDecimal> residualAlertPercent() {
        return Optional.ofNullable(settings.residualAlertPercent());
    }

    /** The flat tariff; empty when the file gives none. */
    public Optional<FlatTariff> tariff() {
        return Optional.ofNullable(settings.tariff());
    }

    /** All entities, in the order of the file, each range in its own place. */
    public List<Entity> entities() {
        return entities;
    }

    /** The entity of an id, in constant time; empty when the site has no such entity. */
    public Optional<Entity> entity(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The entity's parent; empty at the top of the tree. */
    public Optional<Entity> parentOf(Entity entity) {
        return entity.parentId() == null ? Optional.empty() : entity(entity.parentId());
    }

    /** The ids of all owners, in the order of the file. */
    public Set<String> owners() {
        return byOwner.keySet();
    }

    /** The entities whose readings travel in this owner's frames; empty for an id that owns nothing. */
    public List<Entity> entitiesOf(String ownerId) {
        return byOwner.getOrDefault(ownerId, List.of());
    }

    /** The meters that head a group: the lowest of each node; of two of which one lies below the other, the upper. */
    private Set<String> findGroupMeters() {
        Set<String> lowest = new HashSet<>();
        Set<String> withMeterBelow = new HashSet<>();
        for (Entity entity : entities) {
            if (entity.role() == Role.NODE_IN || entity.role() == Role.GPU) {
                nearest(entity, SiteInventory::isItMeter).ifPresent(meter -> lowest.add(meter.id()));
            }
            if (isItMeter(entity)) {
                parentOf(entity)
                        .flatMap(parent -> nearest(parent, SiteInventory::isItMeter))
                        .ifPresent(meter -> withMeterBelow.add(meter.id()));
            }
        }
        for (Entity entity : entities) {
            if (isItMeter(entity) && !withMeterBelow.contains(entity.id())) {
                lowest.add(entity.id());
            }
        }
        return lowest;
    }

    private static boolean isItMeter(Entity entity) {
        return entity.role().isItMeasuringPlace() && entity.energyChannel().isPresent();
    }

    /** The entity itself or the nearest above it of which something holds. */
    private Optional<Entity> nearest(Entity entity, Predicate<Entity> which) {
        Entity at = entity;
        while (at != null && !which.test(at)) {
            at = at.parentId() == null ? null : byId.get(at.parentId());
        }
        return Optional.ofNullable(at);
    }

    /**
     * The group in whose sharing the entity takes part: the lowest meter at an IT measuring place with all that lies at or
     * below it. Where a node below such a meter has none of its own, the meter's group holds the nodes beside it too,
     * metered or not, so that no energy is in two groups. A node, or a GPU without node, that lies below no meter is a
     * group without meter. Empty for what is no part of any group: facility meters, cooling, meters above the groups, and
     * network gear that lies beside them.
     */
    public Optional<PowerGroup> powerGroupOf(Entity entity) {
        Entity head = null;
        for (Entity at = entity; at != null; at = at.parentId() == null ? null : byId.get(at.parentId())) {
            if (groupMeters.contains(at.id())) {
                head = at;
            }
        }
        return head == null
                ? groupWithoutMeter(entity).map(top -> new PowerGroup(top.id(), false))
                : Optional.of(new PowerGroup(head.id(), true));
    }

    /** The node at or above the entity, or the GPU without node; empty for what is below neither, or above a group. */
    private Optional<Entity> groupWithoutMeter(Entity entity) {
        Entity top = null;
        for (Entity at = entity; at != null; at = at.parentId() == null ? null : byId.get(at.parentId())) {
            boolean nodeOrGpu = at.role() == Role.NODE_IN || at.role() == Role.GPU;
            if (nodeOrGpu && (top == null || top.role() == Role.GPU)) {
                top = at;
            }
        }
        return Optional.ofNullable(top);
    }

    /** Whether the meters at the site's IT boundary, or a node without meter, already count the entity's energy. */
    public boolean isBelowItMeter(Entity entity) {
        return nearest(entity, at -> at.role() == settings.itBoundary()).isPresent()
                || groupWithoutMeter(entity).isPresent();
    }

    /**
     * What the entity's energy counts as in the site's balance. Two parts for a GPU whose group has no meter: it is GPU and
     * group; none for what is not metered or not summed, for heat that does not cross the boundary, and for what lies inside
     * a group whose meter has its energy already.
     */
    public List<EnergyPart> partsOf(Entity entity) {
        boolean isSummed = entity.role().isSummed()
                && (!entity.role().isThermal() || entity.role().facilitySign() != 0);
        if (!isSummed || entity.energyChannel().isEmpty()) {
            return List.of();
        }
        PowerGroup group = powerGroupOf(entity).orElse(null);
        if (group == null || !group.metered() && entity.role() != Role.GPU) {
            return List.of(new EnergyPart(entity.role().name(), entity.kind(), feederOf(entity)));
        }
        List<EnergyPart> parts = new ArrayList<>(2);
        if (entity.id().equals(group.id()) || !group.metered()) {
            parts.add(EnergyPart.group(feederOf(byId.get(group.id()))));
        }
        if (entity.role() == Role.GPU) {
            parts.add(EnergyPart.gpu());
        }
        return parts;
    }

    /** Summed nameplates, in whole watts each, of the entities of every part of the balance. */
    public Map<EnergyPart, Long> partWatts() {
        Map<EnergyPart, Long> known = partWatts;
        if (known == null) {
            Map<EnergyPart, Long> sums = new HashMap<>();
            for (Entity entity : entities) {
                for (EnergyPart part : partsOf(entity)) {
                    sums.merge(part, entity.nameplateMilliwatts() / 1_000, Long::sum);
                }
            }
            known = Collections.unmodifiableMap(sums);
            partWatts = known;
        }
        return known;
    }

    /** The role of the nearest electricity meter above; null when there is none. */
    private Role feederOf(Entity entity) {
        return parentOf(entity)
                .flatMap(parent -> nearest(
                        parent,
                        at -> at.role().isSummed()
                                && !at.role().isThermal()
                                && at.energyChannel().isPresent()))
                .map(Entity::role)
                .orElse(null);
    }

    /** All power groups, in the order of the file. */
    public Set<PowerGroup> powerGroups() {
        return byPowerGroup.keySet();
    }

    /** The head of the group and everything that takes part in it; empty for a group of another inventory. */
    public List<Entity> membersOf(PowerGroup group) {
        return byPowerGroup.getOrDefault(group, List.of());
    }

    /** The channel of record for an entity's energy; see {@link Entity#energyChannel()}. */
    public Optional<Channel> energyChannelOf(Entity entity) {
        return entity.energyChannel();
    }

    /**
     * The entities whose energies add up to the IT energy: all at the IT measuring place, and network and storage gear
     * that lies below none of them.
     */
    public List<Entity> itEntities() {
        return itEntities;
    }

    /**
     * The entities whose readings make the energy that enters the site's boundary, each with the sign of {@link
     * Role#facilitySign()}.
     */
    public List<Entity> facilityEntities() {
        return facilityEntities;
    }

    /**
     * Network and storage gear. Where it has a power group, that group's meter already counts its energy, and its share
     * goes with the group's.
     */
    public List<Entity> sharedItEntities() {
        return sharedItEntities;
    }

    /** Whether the supply is metered. Where it is not, facility figures are null with {@code NO_FACILITY_METER}. */
    public boolean hasFacilityMeter() {
        for (Entity entity : facilityEntities) {
            if (entity.role() == Role.GRID_IMPORT) {
                return true;
            }
        }
        return false;
    }

    /**
     * The length of this site's ledger rows: an hour where all offsets of its zone since 2015 are whole hours, else 30 or
     * 15 minutes, so that local days begin at a row's edge.
     */
    public Duration ledgerStep() {
        return ledgerStep;
    }

    SiteSettings settings() {
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SiteInventory that && settings.equals(that.settings) && entities.equals(that.entities);
    }

    @Override
    public int hashCode() {
        return 31 * settings.hashCode() + entities.hashCode();
    }

    @Override
    public String toString() {
        return tenant() + "/" + site() + " from " + effectiveFrom() + ", " + entities.size() + " entities";
    }
}
