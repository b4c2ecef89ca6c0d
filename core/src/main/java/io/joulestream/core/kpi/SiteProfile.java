package io.joulestream.core.kpi;

import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one inventory version asks of the rows: which roles are needed, and how much each must cover. Immutable. */
final class SiteProfile {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final SiteInventory inventory;
    private final Map<Role, Long> watts = new EnumMap<>(Role.class);
    /** Those with an energy channel, by role. */
    private final Map<Role, List<Entity>> metered = new EnumMap<>(Role.class);

    private final Set<Role> facilityRoles = EnumSet.noneOf(Role.class);
    private final Set<Role> itRoles = EnumSet.noneOf(Role.class);
    private final Set<FigureFlag> flags = EnumSet.noneOf(FigureFlag.class);
    private final BigInteger itResolutionMicrojoules;
    private final Duration longestSamplePeriod;
    private final boolean sharedItStraddlesBoundary;
    private final boolean metersStorageLevel;

    SiteProfile(SiteInventory inventory) {
        this.inventory = inventory;
        for (Entity entity : inventory.entities()) {
            if (entity.energyChannel().isPresent() && entity.role().isSummed()) {
                metered.computeIfAbsent(entity.role(), role -> new ArrayList<>())
                        .add(entity);
            }
        }
        metered.forEach((role, meters) ->
                watts.put(role, meters.stream().mapToLong(SiteProfile::watts).sum()));
        for (Entity entity : inventory.facilityEntities()) {
            if (entity.role() == Role.STORAGE_SOC) {
                continue;
            }
            if (entity.energyChannel().isPresent()) {
                facilityRoles.add(entity.role());
            } else {
                flags.add(FigureFlag.INPUT_UNMETERED);
            }
        }
        for (Entity entity : inventory.itEntities()) {
            if (entity.energyChannel().isPresent()) {
                itRoles.add(entity.role());
            } else {
                flags.add(FigureFlag.IT_UNMETERED);
            }
        }
        if (facilityRoles.contains(Role.THERMAL_IN)) {
            flags.add(FigureFlag.THERMAL_INPUT);
        }
        this.metersStorageLevel = metered.containsKey(Role.STORAGE_SOC);
        boolean levelIsUnknown = inventory.entities().stream()
                .anyMatch(entity -> entity.role() == Role.STORAGE_SOC
                        && entity.energyChannel().isEmpty());
        if (levelIsUnknown
                || !metersStorageLevel && inventory.entities().stream().anyMatch(SiteProfile::isBattery)) {
            flags.add(FigureFlag.STORAGE_LEVEL_UNMEASURED);
        }
        this.itResolutionMicrojoules = itResolution(inventory.itEntities());
        this.longestSamplePeriod = findLongestSamplePeriod();
        this.sharedItStraddlesBoundary = findSharedItOnBothSides();
    }

    SiteInventory inventory() {
        return inventory;
    }

    /** Summed nameplates of the role's entities that have an energy channel, whole watts each; 0 when there are none. */
    long watts(Role role) {
        return watts.getOrDefault(role, 0L);
    }

    /** Roles with an energy channel that are summed. */
    Set<Role> meteredRoles() {
        return Collections.unmodifiableSet(watts.keySet());
    }

    /**
     * The metered roles that make up the energy entering the boundary, but for the change of stored energy, which counts as 0
     * where it is not known.
     */
    Set<Role> facilityRoles() {
        return facilityRoles;
    }

    /** Whether the level of some store is metered. */
    boolean metersStorageLevel() {
        return metersStorageLevel;
    }

    /** The metered roles that make up the IT energy. */
    Set<Role> itRoles() {
        return itRoles;
    }

    Set<FigureFlag> flags() {
        return flags;
    }

    /** Sum over the IT registers of the energy of their smallest step; 0 when unknown. */
    BigInteger itResolutionMicrojoules() {
        return itResolutionMicrojoules;
    }

    /** Of all meters that PUE needs. */
    Duration longestSamplePeriod() {
        return longestSamplePeriod;
    }

    /** Whether a role of shared gear lies partly below the IT meters, so that its sum can be neither added nor left out. */
    boolean sharedItStraddlesBoundary() {
        return sharedItStraddlesBoundary;
    }

    /**
     * Variance of the role's summed energy relative to its square; null when the class of a meter is unknown.
     *
     * <p>Meters are independent of each other, and each has its share {@code w_i} of the role's energy by nameplate:
     * {@code sum(u_i^2 w_i^2)} with {@code u_i^2 = class^2 + ctClass^2}, the classes taken as one sigma.
     */
    BigDecimal relativeVariance(Role role) {
        BigDecimal nameplates = BigDecimal.ZERO;
        BigDecimal weighted = BigDecimal.ZERO;
        for (Entity meter : metered.getOrDefault(role, List.of())) {
            if (meter.accuracyClassPercent() == null) {
                return null;
            }
            BigDecimal nameplate = BigDecimal.valueOf(meter.nameplateMilliwatts());
            BigDecimal u = meter.accuracyClassPercent().divide(HUNDRED);
            BigDecimal ct = meter.ctClassPercent() == null
                    ? BigDecimal.ZERO
                    : meter.ctClassPercent().divide(HUNDRED);
            BigDecimal variance = u.multiply(u).add(ct.multiply(ct));
            weighted = weighted.add(variance.multiply(nameplate).multiply(nameplate));
            nameplates = nameplates.add(nameplate);
        }
        return nameplates.signum() == 0 ? null : weighted.divide(nameplates.multiply(nameplates), Numbers.CONTEXT);
    }

    private static long watts(Entity entity) {
        return entity.weightWatts();
    }

    private static boolean isBattery(Entity entity) {
        return entity.role() == Role.STORAGE_CHARGE
                || entity.role() == Role.STORAGE_DISCHARGE
                || entity.role() == Role.STORAGE_SOC;
    }

    private static BigInteger itResolution(Collection<Entity> itEntities) {
        BigInteger sum = BigInteger.ZERO;
        for (Entity entity : itEntities) {
            Channel channel = entity.energyChannel().orElse(null);
            if (channel != null && channel.metric().isElectricalEnergy()) {
                sum = sum.add(BigInteger.valueOf(channel.resolution())
                        .multiply(BigInteger.valueOf(channel.ctRatio().numerator()))
                        .divide(BigInteger.valueOf(channel.ctRatio().denominator())));
            }
        }
        return sum;
    }

    private Duration findLongestSamplePeriod() {
        Duration longest = Duration.ZERO;
        for (Map.Entry<Role, List<Entity>> role : metered.entrySet()) {
            if (!facilityRoles.contains(role.getKey()) && !itRoles.contains(role.getKey())) {
                continue;
            }
            for (Entity meter : role.getValue()) {
                Duration period = meter.energyChannel().orElseThrow().samplePeriod();
                longest = period.compareTo(longest) > 0 ? period : longest;
            }
        }
        return longest;
    }

    private boolean findSharedItOnBothSides() {
        for (Role shared : List.of(Role.NETWORK, Role.STORAGE_IT)) {
            if (!itRoles.contains(shared)) {
                continue;
            }
            for (Entity entity : metered.getOrDefault(shared, List.of())) {
                if (inventory.isBelowItMeter(entity)) {
                    return true;
                }
            }
        }
        return false;
    }
}
