package io.joulestream.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.account.GroupReport.AmountDifference;
import io.joulestream.core.account.GroupReport.HeldDifference;
import io.joulestream.core.account.GroupReport.Touched;
import io.joulestream.core.account.MeterReport.FeedDifference;
import io.joulestream.core.account.MeterReport.QuantityDifference;
import io.joulestream.core.account.RunReport.MeterDifference;
import io.joulestream.core.account.SiteReport.PartDifference;
import io.joulestream.core.account.SiteReport.RoleDifference;
import io.joulestream.core.inventory.EnergyPart;
import io.joulestream.core.inventory.EntityKind;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.ledger.EnergyBuckets;
import io.joulestream.core.ledger.VolumeBuckets;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * How many bytes of state a day takes, each minute of which a frame in ten seconds has changed. The hours of these books are
 * kept, so a year takes 365 times as much.
 */
class BookSizeTest {
    private static final long FIRST_HOUR = 490_000;
    private static final int HOURS = 24;
    private static final int MINUTES = 60;
    private static final long FRAMES_PER_MINUTE = 6;
    private static final int LEDGER_STEP_SECONDS = 3_600;
    private static final String RUN = "llama-pretrain-2026-03";

    private final Random random = new Random(1);

    @Test
    void aDayOfAPowerGroupOfEightGpusTakesLessThan80Kibibytes() {
        long bytes = bytesOfADay(hour -> {
            GroupHourBook book = new GroupHourBook(hour);
            long first = hour * MINUTES;
            book.add(new GroupReport(
                    "t",
                    "s",
                    "h2/r07/k13/node-a01",
                    0,
                    LEDGER_STEP_SECONDS,
                    LongStream.range(first, first + MINUTES)
                            .boxed()
                            .flatMap(minute -> List.of(
                                    new AmountDifference(false, minute, RUN, energyOf(9_000), 60_000, 60_000),
                                    new AmountDifference(true, minute, RUN, energyOf(5_000), 480_000, 480_000))
                                    .stream())
                            .toList(),
                    List.of(held(true, hour, 8), held(false, hour, 1)),
                    List.of(new Touched(first, first + MINUTES, FRAMES_PER_MINUTE, new GroupShape(21, 8, 1, true)))));
            book.publish("h2/r07/k13/node-a01");
            return GroupHourCodec.encode(book);
        });

        print("group-day (a node of 8 GPUs, one run)", bytes);
        assertThat(bytes).isBetween(32 * 1_024L, 80 * 1_024L);
    }

    @Test
    void aDayOfASiteWithAllRolesTakesLessThan1200Kibibytes() {
        Set<Role> roles = EnumSet.complementOf(EnumSet.of(Role.CHECK, Role.SENSOR, Role.WATER_IN));
        List<EnergyPart> parts = List.of(
                EnergyPart.group(Role.PDU_OUT),
                EnergyPart.group(Role.UPS_OUT),
                EnergyPart.gpu(),
                EnergyPart.unallocated(),
                new EnergyPart(Role.NETWORK.name(), EntityKind.METER, Role.PDU_OUT),
                new EnergyPart(Role.STORAGE_IT.name(), EntityKind.METER, Role.PDU_OUT),
                new EnergyPart(Role.COOLING_ELEC.name(), EntityKind.CHILLER, Role.GRID_IMPORT),
                new EnergyPart(Role.COOLING_ELEC.name(), EntityKind.PUMP, Role.GRID_IMPORT));

        long byRole = bytesOfADay(hour -> {
            SiteHourBook book = new SiteHourBook();
            for (long minute = hour * MINUTES; minute < (hour + 1) * MINUTES; minute++) {
                for (Role role : roles) {
                    book.add(new RoleDifference(
                            role.name(),
                            minute,
                            energyOf(1_000_000),
                            60_000L * 2_000_000,
                            60_000L * 2_000_000,
                            FRAMES_PER_MINUTE));
                }
            }
            book.publish("t", "s", 0, LEDGER_STEP_SECONDS);
            return BookCodec.encode(book);
        });
        long byPart = bytesOfADay(hour -> {
            SitePartBook book = new SitePartBook();
            for (long minute = hour * MINUTES; minute < (hour + 1) * MINUTES; minute++) {
                for (EnergyPart part : parts) {
                    book.add(
                            new PartDifference(
                                    part.text(),
                                    minute,
                                    energyOf(1_000_000),
                                    60_000L * 2_000_000,
                                    60_000L * 2_000_000,
                                    FRAMES_PER_MINUTE),
                            LEDGER_STEP_SECONDS);
                }
            }
            book.publish("t", "s", 0, LEDGER_STEP_SECONDS);
            return book.encode();
        });

        print("site-day (" + roles.size() + " roles, 1 MW each)", byRole);
        print("site-day (" + parts.size() + " parts of the balance)", byPart);
        assertThat(byRole).isBetween(64 * 1_024L, 1_200 * 1_024L);
        assertThat(byPart).isBetween(1_024L, 64 * 1_024L);
    }

    @Test
    void aDayOfARunOnEightNodesTakesLessThan64Kibibytes() {
        long bytes = bytesOfADay(hour -> {
            RunHourBook book = new RunHourBook();
            for (long minute = hour * MINUTES; minute < (hour + 1) * MINUTES; minute++) {
                for (int node = 1; node <= 8; node++) {
                    book.add(
                            new MeterDifference(
                                    "h2/r07/k13/node-a0" + node,
                                    21,
                                    false,
                                    minute,
                                    energyOf(9_000),
                                    60_000,
                                    60_000,
                                    FRAMES_PER_MINUTE),
                            LEDGER_STEP_SECONDS);
                }
                book.addTokens(minute, 50_000_000 + random.nextInt(1_000_000));
            }
            book.publish("t", "s", RUN, 0, LEDGER_STEP_SECONDS);
            return BookCodec.encode(book);
        });

        print("run-day (8 nodes, tokens each minute)", bytes);
        assertThat(bytes).isBetween(16 * 1_024L, 64 * 1_024L);
    }

    @Test
    void aDayOfAMeterTakesLessThan8Kibibytes() {
        long bytes = bytesOfADay(hour -> {
            MeterHourBook book = new MeterHourBook();
            for (long minute = hour * MINUTES; minute < (hour + 1) * MINUTES; minute++) {
                book.add(new FeedDifference(minute, energyOf(1_000_000), 60_000, 60_000, FRAMES_PER_MINUTE));
                book.add(new QuantityDifference(
                        40,
                        "potable",
                        false,
                        minute,
                        new VolumeBuckets(random.nextInt(1_000_000), 0, 0),
                        60_000,
                        60_000,
                        FRAMES_PER_MINUTE));
            }
            book.publish("t", "s", "meter/1", 0, LEDGER_STEP_SECONDS);
            return BookCodec.encode(book);
        });

        print("meter-day (a feed and a volume)", bytes);
        assertThat(bytes).isBetween(1_024L, 8 * 1_024L);
    }

    private static long bytesOfADay(LongFunction<byte[]> hourOf) {
        return LongStream.range(FIRST_HOUR, FIRST_HOUR + HOURS)
                .map(hour -> hourOf.apply(hour).length)
                .sum();
    }

    private static void print(String what, long bytes) {
        System.out.printf("proof: %s: %d bytes of state%n", what, bytes);
    }

    private static HeldDifference held(boolean gpu, long hour, int devices) {
        long from = hour * MINUTES * 60_000;
        return new HeldDifference(gpu, RUN, from, from + MINUTES * 60_000, devices);
    }

    /** Of one minute at about so many watts. */
    private EnergyBuckets energyOf(long watts) {
        return new EnergyBuckets(watts * 60 * 1_000_000 + random.nextInt(1_000_000_000), 0, 0);
    }
}
