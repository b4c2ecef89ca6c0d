package io.joulestream.core.kpi;

import io.joulestream.core.inventory.Channel;
import io.joulestream.core.inventory.Entity;
import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.inventory.SiteInventory;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.core.telemetry.Metric;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a site's meters say of each other, hour by hour: marks for a reader, which change no figure. They are made when
 * they are read, because a channel and the one it is held against are often of two owners, and no owner's ledger sees both.
 *
 * <p>Pure, without state.
 */
public final class MeterChecks {
    /** A counter and the gauge beside it may differ by this share of the counter's energy, and by what sampling misses. */
    public static final BigDecimal CROSS_CHECK = new BigDecimal("0.02");
    /** Two meters of one load may differ by this share of the meter of record. */
    public static final BigDecimal RECONCILE = new BigDecimal("0.03");
    /** By more than this share of the greater, the energies of two hours differ. */
    public static final BigDecimal MOVED = new BigDecimal("0.05");

    /** The marks of an hour need the hours of so long before it, too. */
    public static final Duration LOOKS_BACK = Duration.ofHours(1);

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
    private static final BigDecimal COVERED_SHARE = Thresholds.DEFAULT.measuredShare();
    /** More than 20 intervals between readings. */
    private static final int LEAST_SAMPLES = 22;

    private static final int LEAST_DIGITS = 4;
    private static final BigDecimal STANDARD_ERRORS_SQUARED = BigDecimal.valueOf(9);

    /** Of filled gaps and of runs: figures tell these by their shares and flags. */
    private static final Set<LedgerFlag> ORDINARY =
            Set.of(LedgerFlag.INTERPOLATED, LedgerFlag.BRIDGED, LedgerFlag.ALLOC_UNKNOWN, LedgerFlag.SHARED_BY_TIME);

    /** What is wrong. */
    public enum Code {
        /** A counter and the power gauge of the same entity differ. */
        CROSS_CHECK,
        /** A meter and the one that measures the same load differ. */
        RECONCILE_GAP,
        /**
         * A gauge showed one value, of more than three digits, in two hours in which the counter beside it, or the meter
         * above it, had different energies.
         */
        STUCK
    }

    /**
     * One channel in one hour.
     *
     * @param against the channel's counterpart: a metric of the same entity, or another entity
     * @param share by how much they differ, of the counterpart's energy; for {@code STUCK} by how much the counterpart's two
     *     hours differ, of the greater
     */
    public record Mark(String entity, Metric metric, Instant start, Code code, String against, BigDecimal share) {}

    /** One channel in one hour whose rows say that a person should know: a flag beside those about filled gaps and runs. */
    public record Flagged(String entity, Metric metric, Instant start, Set<LedgerFlag> flags) {}

    private record Key(String entity, Metric metric, Instant start) {}

    private final InventoryHistory history;
    private final Map<Key, MeterHour> hours = new HashMap<>();
    private final List<Mark> marks = new ArrayList<>();

    private MeterChecks(InventoryHistory history, Collection<MeterHour> hours) {
        this.history = history;
        hours.forEach(hour -> this.hours.put(new Key(hour.entity(), hour.metric(), hour.start()), hour));
    }

    /** The marks of some hours, newest first, each hour by the inventory in force at its start. */
    public static List<Mark> of(InventoryHistory history, Collection<MeterHour> hours) {
        return new MeterChecks(history, hours).marks();
    }

    /** What the job itself has marked, newest first. */
    public static List<Flagged> flagged(Collection<MeterHour> hours) {
        return hours.stream()
                .map(hour -> new Flagged(hour.entity(), hour.metric(), hour.start(), flagsOf(hour.flags())))
                .filter(hour -> !ORDINARY.containsAll(hour.flags()))
                .sorted(Comparator.comparing(Flagged::start)
                        .reversed()
                        .thenComparing(Flagged::entity)
                        .thenComparing(Flagged::metric))
                .toList();
    }

    private static Set<LedgerFlag> flagsOf(int bits) {
        Set<LedgerFlag> flags = EnumSet.noneOf(LedgerFlag.class);
        for (LedgerFlag flag : LedgerFlag.values()) {
            if (flag.in(bits)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    private List<Mark> marks() {
        for (MeterHour hour : hours.values()) {
            SiteInventory inventory =
                    history.at(hour.start()).orElse(history.versions().get(0)).inventory();
            Optional<Entity> entity = inventory.entity(hour.entity());
            if (entity.isPresent()) {
                crossCheck(entity.get(), hour);
                reconcile(inventory, entity.get(), hour);
                stuck(inventory, entity.get(), hour);
            }
        }
        marks.sort(Comparator.comparing(Mark::start)
                .reversed()
                .thenComparing(Mark::entity)
                .thenComparing(Mark::metric)
                .thenComparing(Mark::code));
        return List.copyOf(marks);
    }

    private void crossCheck(Entity entity, MeterHour gauge) {
        Optional<Channel> record = entity.energyChannel();
        boolean beside = isPower(gauge.metric())
                && record.isPresent()
                && isRegister(record.get().metric())
                && record.get().metric().isThermalEnergy() == gauge.metric().isThermalPower();
        if (beside) {
            Metric register = record.get().metric();
            MeterHour counter = hours.get(new Key(entity.id(), register, gauge.start()));
            if (counter != null && !isOfSampling(gauge, counter)) {
                compare(gauge, counter, CROSS_CHECK, Code.CROSS_CHECK, register.dottedName());
            }
        }
    }

    /**
     * Whether sampling alone explains how far a gauge lies from its counter: beside the allowed share, three standard errors
     * of a mean of the gauge's readings, and never less than one standard deviation. The deviation is taken at its bound,
     * half the span of power in the hour, of the gauge or of the counter's means. Readings at even distances may meet a
     * repeating load always at the same point of its cycle; then many of them say no more than one.
     */
    private static boolean isOfSampling(MeterHour gauge, MeterHour counter) {
        BigInteger of = counter.energy().microjoules();
        BigDecimal rest = new BigDecimal(
                        gauge.energy().microjoules().subtract(of).abs())
                .subtract(new BigDecimal(of.abs()).multiply(CROSS_CHECK));
        BigDecimal twiceDeviation =
                BigDecimal.valueOf(Math.max(span(gauge), span(counter))).multiply(BigDecimal.valueOf(HOUR_MILLIS));
        BigDecimal twiceRest = rest.multiply(BigDecimal.valueOf(2));
        return rest.signum() <= 0
                || twiceRest.compareTo(twiceDeviation) <= 0
                || twiceRest
                                .pow(2)
                                .multiply(BigDecimal.valueOf(gauge.samples()))
                                .compareTo(twiceDeviation.pow(2).multiply(STANDARD_ERRORS_SQUARED))
                        <= 0;
    }

    private static long span(MeterHour hour) {
        return hour.powerMaxMilliwatts() > hour.powerMinMilliwatts()
                ? hour.powerMaxMilliwatts() - hour.powerMinMilliwatts()
                : 0;
    }

    private void reconcile(SiteInventory inventory, Entity entity, MeterHour hour) {
        if (entity.role() != Role.CHECK || !isOfRecord(entity, hour.metric())) {
            return;
        }
        Optional<Entity> above = inventory.parentOf(entity);
        Optional<Channel> record = above.flatMap(Entity::energyChannel);
        if (record.isPresent()) {
            compare(
                    hour,
                    hours.get(new Key(above.get().id(), record.get().metric(), hour.start())),
                    RECONCILE,
                    Code.RECONCILE_GAP,
                    above.get().id());
        }
    }

    /** Only hours that both read throughout are compared: what one missed is no difference between them. */
    private void compare(MeterHour hour, MeterHour record, BigDecimal most, Code code, String against) {
        if (record == null || !isCovered(hour) || !isCovered(record)) {
            return;
        }
        BigInteger of = record.energy().microjoules().abs();
        BigInteger difference =
                hour.energy().microjoules().subtract(record.energy().microjoules());
        boolean differs = new BigDecimal(difference.abs()).compareTo(new BigDecimal(of).multiply(most)) > 0;
        if (differs) {
            BigDecimal share = of.signum() == 0
                    ? null
                    : new BigDecimal(difference).divide(new BigDecimal(of), MathContext.DECIMAL64);
            marks.add(new Mark(hour.entity(), hour.metric(), hour.start(), code, against, share));
        }
    }

    /**
     * An hour cannot tell: readings at even distances may all miss what moved between them. So one value must have stood for
     * two hours whose energies differ, by its own counter, else by the meter above as far as nothing else below that meter
     * can explain it.
     */
    private void stuck(SiteInventory inventory, Entity entity, MeterHour hour) {
        MeterHour before = before(hour);
        if (!isPower(hour.metric())
                || before == null
                || !showsOneValue(hour)
                || !showsOneValue(before)
                || hour.powerMaxMilliwatts() != before.powerMaxMilliwatts()) {
            return;
        }
        Optional<Channel> own = entity.energyChannel()
                .filter(channel -> isRegister(channel.metric())
                        && channel.metric().isThermalEnergy() == hour.metric().isThermalPower());
        if (own.isPresent()) {
            Metric register = own.get().metric();
            moved(hour, new Key(entity.id(), register, hour.start()), BigInteger.ZERO, register.dottedName());
            return;
        }
        Optional<Entity> above = inventory.parentOf(entity);
        Optional<Channel> record = above.flatMap(Entity::energyChannel);
        if (record.isPresent() && above.get().nameplateMilliwatts() > 0) {
            long elsewhere = Math.max(0, above.get().nameplateMilliwatts() - entity.nameplateMilliwatts());
            moved(
                    hour,
                    new Key(above.get().id(), record.get().metric(), hour.start()),
                    BigInteger.valueOf(elsewhere).multiply(BigInteger.valueOf(HOUR_MILLIS)),
                    above.get().id());
        }
    }

    /** @param elsewhere microjoules an hour by which the counterpart may move without the gauge's entity */
    private void moved(MeterHour gauge, Key counterpart, BigInteger elsewhere, String against) {
        MeterHour now = hours.get(counterpart);
        MeterHour before = now == null ? null : before(now);
        if (before == null || !isCovered(now) || !isCovered(before)) {
            return;
        }
        BigInteger one = now.energy().microjoules();
        BigInteger other = before.energy().microjoules();
        BigDecimal greater = new BigDecimal(one.abs().max(other.abs()));
        BigInteger difference = one.subtract(other).abs();
        if (new BigDecimal(difference.subtract(elsewhere)).compareTo(greater.multiply(MOVED)) > 0) {
            BigDecimal share = new BigDecimal(difference).divide(greater, MathContext.DECIMAL64);
            marks.add(new Mark(gauge.entity(), gauge.metric(), gauge.start(), Code.STUCK, against, share));
        }
    }

    private MeterHour before(MeterHour hour) {
        return hours.get(new Key(hour.entity(), hour.metric(), hour.start().minusMillis(HOUR_MILLIS)));
    }

    private static boolean showsOneValue(MeterHour hour) {
        return hour.samples() >= LEAST_SAMPLES
                && isCovered(hour)
                && hour.powerMaxMilliwatts() == hour.powerMinMilliwatts()
                && digits(hour.powerMaxMilliwatts()) >= LEAST_DIGITS;
    }

    /** Significant digits of a power: 700 W has one, 693.5 W has four. */
    private static int digits(long milliwatts) {
        long rest = Math.abs(milliwatts);
        while (rest != 0 && rest % 10 == 0) {
            rest /= 10;
        }
        return Long.toString(rest).length();
    }

    private static boolean isOfRecord(Entity entity, Metric metric) {
        return entity.energyChannel().map(channel -> channel.metric() == metric).orElse(false);
    }

    private static boolean isCovered(MeterHour hour) {
        return BigDecimal.valueOf(hour.coveredMillis())
                        .compareTo(BigDecimal.valueOf(HOUR_MILLIS).multiply(COVERED_SHARE))
                >= 0;
    }

    private static boolean isPower(Metric metric) {
        return metric.isElectricalPower() || metric.isThermalPower();
    }

    private static boolean isRegister(Metric metric) {
        return metric.isElectricalEnergy() || metric.isThermalEnergy();
    }
}
