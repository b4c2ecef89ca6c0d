package io.joulestream.api;

import jakarta.servlet.ServletRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Makes so many answers at once and no more. Other requests wait, without a thread, and of them goes first whose sender had the
 * fewest under way when it came: fifty connections of one sender delay themselves, and another by one turn at most. A turn
 * ends with the making of an answer, not with its sending, so that who reads slowly holds none; Jetty's own QoSHandler
 * would wait for that. Thread-safe.
 */
final class Turns extends Handler.Wrapper {
    private static final String TURN = Turns.class.getName();
    private static final int MOST_WAITING = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Senders senders;
    private final String sessionCookie;
    private final Map<String, Integer> underWay = new HashMap<>();
    private final PriorityQueue<Turn> waiting = new PriorityQueue<>(
            Comparator.comparingInt((Turn turn) -> turn.underWay).thenComparingLong(turn -> turn.number));
    private int free;
    private long next;

    /** @param turns answers that are made at once */
    Turns(int turns, Senders senders, String sessionCookie) {
        this.free = turns;
        this.senders = senders;
        this.sessionCookie = sessionCookie;
    }

    /** The answer to a request is made: it has only to be sent. */
    static void end(ServletRequest request) {
        ((Turn) request.getAttribute(TURN)).end();
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Turn turn = new Turn(sender(request), request, response, callback);
        switch (come(turn)) {
            case BEGUN -> {
                return turn.begin();
            }
            case WAITING -> {
                return true;
            }
            default -> {
                Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
                return true;
            }
        }
    }

    private String sender(Request request) {
        String session = Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(sessionCookie))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse(null);
        return senders.of(request.getHeaders().get(HttpHeader.AUTHORIZATION), session, Request.getRemoteAddr(request));
    }

    private enum State {
        WAITING,
        BEGUN,
        ENDED
    }

    private synchronized State come(Turn turn) {
        if (free == 0 && waiting.size() == MOST_WAITING) {
            return turn.state = State.ENDED;
        }
        turn.number = next++;
        turn.underWay = underWay.merge(turn.sender, 1, Integer::sum);
        if (free > 0) {
            free--;
            turn.state = State.BEGUN;
        } else {
            waiting.add(turn);
        }
        return turn.state;
    }

    /** Returns whose turn it is after that; a turn ends once, also one that never began. */
    private synchronized Optional<Turn> leave(Turn turn) {
        State before = turn.state;
        if (before == State.ENDED) {
            return Optional.empty();
        }
        turn.state = State.ENDED;
        underWay.computeIfPresent(turn.sender, (sender, count) -> count == 1 ? null : count - 1);
        if (before == State.WAITING) {
            waiting.remove(turn);
            return Optional.empty();
        }
        Turn following = waiting.poll();
        if (following == null) {
            free++;
            return Optional.empty();
        }
        following.state = State.BEGUN;
        return Optional.of(following);
    }

    /** One request's, from when it came. */
    private final class Turn {
        private final String sender;
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final long came = System.nanoTime();
        private State state = State.WAITING;
        private long number;
        private int underWay;

        Turn(String sender, Request request, Response response, Callback callback) {
            this.sender = sender;
            this.request = request;
            this.response = response;
            this.callback = callback;
            request.setAttribute(TURN, this);
            Request.addCompletionListener(request, failure -> end());
        }

        boolean begin() throws Exception {
            return Turns.super.handle(request, response, callback);
        }

        void end() {
            leave(this).ifPresent(following -> following.request.getContext().execute(following::run));
        }

        /** After it waited. */
        private void run() {
            try {
                if (System.nanoTime() - came > PATIENCE.toNanos()) {
                    Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
                } else if (!begin()) {
                    Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                }
            } catch (Throwable e) {
                Response.writeError(request, response, callback, e);
            }
        }
    }
}
