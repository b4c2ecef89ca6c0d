package io.joulestream.ingest.world;

import io.joulestream.wire.v1.TelemetryFrame;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the devices and agents of a world make of their frames before any link has them. Once faults are planned, frames may
 * be cut, changed, lost or joined by others, so all are numbered anew, as their agents would have. Frames must come in
 * order. Not for more than one thread.
 */
public final class FaultyReadings {
    private final FaultTallies tallies = new FaultTallies();
    private final Map<String, List<ReadingFault>> byOwner = new HashMap<>();
    private final Map<String, Long> sessions = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    /** By agent and session the numbers with which readings have reached the ledger. */
    private final Map<String, BitSet> arrived = new HashMap<>();

    /**
     * Frames made of one, which travel together and in this order.
     *
     * @param atMillis when the last reading was really taken
     * @param refused the dead letters that they leave each time they come
     */
    record Bundle(long atMillis, List<Told> frames, List<FaultTallies.Refused> refused) {
        /** A frame that nothing befell. */
        static Bundle of(TelemetryFrame frame) {
            return new Bundle(Pieces.lastMillis(frame), List.of(new Told(frame, 0)), List.of());
        }
    }

    /** @param clockMillis how far the agent says that its clock is ahead; 0 where it is right or nobody has looked */
    record Told(TelemetryFrame frame, long clockMillis) {}

    public FaultyReadings(World world, FeedPlan plan) {
        for (ReadingFault fault : FaultPlan.of(world, plan, tallies)) {
            byOwner.computeIfAbsent(
                            key(
                                    fault.target().site().id(),
                                    fault.target().entity().owner()),
                            owner -> new ArrayList<>())
                    .add(fault);
        }
    }

    /** The frames that are sent for one frame of the feed, none where it is lost. */
    public List<TelemetryFrame> apply(TelemetryFrame frame) {
        return bundle(frame).frames().stream().map(Told::frame).toList();
    }

    FaultTallies tallies() {
        return tallies;
    }

    Bundle bundle(TelemetryFrame frame) {
        List<ReadingFault> faults = byOwner.get(key(frame.getSiteId(), frame.getOwnerId()));
        if (faults == null) {
            return Bundle.of(frame);
        }
        List<TelemetryFrame> made = List.of(frame);
        for (ReadingFault fault : faults) {
            made = made.stream().flatMap(piece -> fault.befall(piece).stream()).toList();
        }
        restart(frame, faults);
        List<Told> told = new ArrayList<>();
        for (TelemetryFrame piece : made) {
            long clock =
                    faults.stream().mapToLong(fault -> fault.clockMillis(piece)).sum();
            TelemetryFrame numbered = numbered(piece);
            if (faults.stream().noneMatch(fault -> fault.loses(piece))) {
                told.add(new Told(numbered, clock));
                noteArrival(numbered, faults);
            }
        }
        return new Bundle(Pieces.lastMillis(frame), told, tallies.takeRefused());
    }

    private void restart(TelemetryFrame frame, List<ReadingFault> faults) {
        for (ReadingFault fault : faults) {
            if (fault instanceof RestartedAgent restart && restart.begins(frame)) {
                sequences.remove(agent(frame));
                if (fault.target().kind() == Fault.AGENT_RESTART) {
                    sessions.put(agent(frame), fault.target().toMillis());
                }
            }
        }
    }

    private TelemetryFrame numbered(TelemetryFrame frame) {
        return frame.toBuilder()
                .setSessionId(sessions.getOrDefault(agent(frame), frame.getSessionId()))
                .setFrameSeq(sequences.merge(agent(frame), 1L, Long::sum))
                .build();
    }

    /** A number that comes again with other readings is taken, marked, and told once a frame. */
    private void noteArrival(TelemetryFrame frame, List<ReadingFault> faults) {
        if (faults.stream().anyMatch(fault -> fault.refusesWhole(frame))) {
            return;
        }
        BitSet numbers = arrived.computeIfAbsent(agent(frame) + "|" + frame.getSessionId(), a -> new BitSet());
        int number = Math.toIntExact(frame.getFrameSeq());
        if (!numbers.get(number)) {
            numbers.set(number);
        } else if (Pieces.hasReadings(frame)) {
            faults.stream()
                    .filter(fault -> fault.target().kind() == Fault.AGENT_RESTART_SAME_SESSION)
                    .findFirst()
                    .ifPresent(fault -> fault.tally(1, "SEQ_REGRESSION", "taken though its number came before"));
        }
    }

    private static String agent(TelemetryFrame frame) {
        return key(frame.getSiteId(), frame.getOwnerId()) + "|" + frame.getProducerId();
    }

    private static String key(String site, String owner) {
        return site + "|" + owner;
    }
}
