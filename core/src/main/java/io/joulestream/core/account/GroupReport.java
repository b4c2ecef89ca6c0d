package io.joulestream.core.account;

import io.joulestream.core.ledger.EnergyBuckets;
import java.util.List;

/**
 * What one owner's frames since its last report say of one power group that has a meter.
 *
 * @param group id of the meter at its head
 * @param ledgerStepSeconds length of the site's ledger step: 900, 1,800 or 3,600
 */
public record GroupReport(
        String tenant,
        String site,
        String group,
        int generation,
        int ledgerStepSeconds,
        List<AmountDifference> amounts,
        List<HeldDifference> held,
        List<Touched> touched) {
    public GroupReport {
        amounts = List.copyOf(amounts);
        held = List.copyOf(held);
        touched = List.copyOf(touched);
    }

    /**
     * To be added to what the group's meter, or all its GPUs together, saw in one minute.
     *
     * @param gpu false for the meter
     * @param minute minutes since the epoch, UTC
     * @param run that the device's own allocation gives it to; empty for none
     */
    public record AmountDifference(
            boolean gpu, long minute, String run, EnergyBuckets energy, long coveredMillis, long accountedMillis) {}

    /**
     * So many of the group's GPUs, or of its nodes, more are held by a run in {@code [from, to)}.
     *
     * @param gpu false for nodes
     * @param run empty for devices that are said to be held by none
     * @param devices negative to take back; 0 for a run that was told of in the meantime and is no longer
     */
    public record HeldDifference(boolean gpu, String run, long fromMillis, long toMillis, int devices) {}

    /**
     * How often the owner's frames touched the group in each of some minutes, and what the group is then.
     *
     * @param fromMinute first of the minutes
     * @param toMinute the minute after the last
     * @param changes frames, per minute
     */
    public record Touched(long fromMinute, long toMinute, long changes, GroupShape shape) {}
}
