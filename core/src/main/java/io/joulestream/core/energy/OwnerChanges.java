package io.joulestream.core.energy;

import io.joulestream.core.ledger.RejectCode;
import java.util.List;

/**
 * What one frame changed.
 *
 * @param repeated true when the frame had come before; then nothing else is set
 * @param rows the minutes whose row may differ from what was published, each as it now stands
 * @param differences what to add to the sums over channels, per channel, minute and run
 * @param held what to add to the times for which runs hold the owner's entities
 * @param begun assertions that name a run for a time whose start was not asserted for it before
 * @param rejects readings that were not taken, or that another displaced
 */
public record OwnerChanges(
        boolean repeated,
        List<Row> rows,
        List<Difference> differences,
        List<Held> held,
        List<OwnerFrame.Assertion> begun,
        List<Reject> rejects) {
    static final OwnerChanges REPEATED = new OwnerChanges(true, List.of(), List.of(), List.of(), List.of(), List.of());

    /**
     * One channel's minute as it now stands.
     *
     * @param minute since the epoch
     * @param powerMaxMilliwatts meaningless unless {@code sawPower}
     */
    public record Row(
            ChannelId channel,
            long minute,
            Amount total,
            boolean sawPower,
            long powerMaxMilliwatts,
            long powerMinMilliwatts,
            long rampMaxMilliwattsPerSecond,
            int samples,
            int flags) {}

    /**
     * What the frame added to (or took from) one channel's minute for one run; run is empty for unallocated time.
     *
     * @param late whether it moves energy that was settled: by whole minutes, and in the minute of the change by time
     */
    public record Difference(ChannelId channel, long minute, String run, Amount amount, boolean late) {
        public Difference(ChannelId channel, long minute, String run, Amount amount) {
            this(channel, minute, run, amount, false);
        }
    }

    /**
     * A run (empty: asserted to be none) that now holds an entity in {@code [from, to)}, or no longer does. Time of which
     * nobody said anything is left out.
     *
     * @param times 1, or -1 to take back
     * @param late whether energies of that time were settled
     */
    public record Held(String entity, String run, long fromMillis, long toMillis, int times, boolean late) {}

    /**
     * A reading not taken, or no longer held.
     *
     * @param channel null for the frame as a whole, then {@code reading} is null too
     * @param slot its place in the frame, or that of the reading which displaced it; negative when it came with an
     *     earlier frame
     * @param reading null where the reject is about no single reading
     */
    public record Reject(ChannelId channel, int slot, Reading reading, RejectCode code, String detail) {}
}
