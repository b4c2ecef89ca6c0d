package io.joulestream.api;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One topic and those who listen to it. Thread-safe. */
final class Broadcast {
    private final EventStream stream;
    private final Set<Listening> listeners = new HashSet<>();
    private ServerEvent newest;
    private boolean isBeingMade;

    Broadcast(EventStream stream) {
        this.stream = stream;
    }

    EventStream stream() {
        return stream;
    }

    /** Whoever knows the newest already waits for the next. */
    synchronized void join(Listening listening, Optional<String> lastEventId) {
        listeners.add(listening);
        if (newest != null && !(lastEventId.isPresent() && newest.id().equals(lastEventId))) {
            listening.offer(newest);
        }
    }

    synchronized void leave(Listening listening) {
        listeners.remove(listening);
    }

    synchronized boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Whether there is nothing yet that could be told to who comes. */
    synchronized boolean isNew() {
        return newest == null;
    }

    /** Whether the caller is the one to make the next event, and to {@link #publish} it. */
    synchronized boolean beginMaking() {
        boolean isFree = !isBeingMade;
        isBeingMade = true;
        return isFree;
    }

    /** Tells all, one event after the other: the next may be made when all were offered this one. */
    void publish(ServerEvent event) {
        try {
            keepAsNewest(event).forEach(listening -> listening.offer(event));
        } finally {
            endMaking();
        }
    }

    private synchronized List<Listening> keepAsNewest(ServerEvent event) {
        newest = event;
        return List.copyOf(listeners);
    }

    private synchronized void endMaking() {
        isBeingMade = false;
    }
}
