package io.joulestream.api;

import jakarta.servlet.ServletRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Makes so many answers at once and no more. Other requests wait, without a thread, and their senders take turns: next is the
 * one that had none for the longest. Fifty connections of one sender delay themselves, and another by one turn at most.
 *
 * <p>A turn ends with the making of an answer; its sending takes a thread for as long as it is read. So of one sender only so
 * many are made or sent at once, and its others wait: who reads slowly holds a part of the threads and no more. Nor has one
 * sender all turns, even where it is alone, so that whoever comes finds one; and a quarter while there are others, because
 * there are two for each core: what it asks for keeps half of the cores busy at most, of several. Who has more waiting than a
 * browser has connections also rests after each of its turns, three times as long as that took but a second at most, while
 * there are others. Jetty's own QoSHandler knows turns until the last byte is sent, and no senders.
 *
 * <p>An errand has a turn when no request waits that may have it; of one sender one at a time, and its requests go on beside it:
 * that is one turn more, but never all of them. Thread-safe.
 */
final class Turns extends Handler.Wrapper {
    /** Made or sent at once; a browser opens six connections. */
    static final int OF_ONE_SENDER = 16;

    static final int WAITING_OF_ONE_SENDER = 200;

    /** Nobody waits for them, so fewer. */
    static final int ERRANDS_WAITING_OF_ONE_SENDER = 16;

    /** Nobody who looks at pages has more waiting. */
    static final int WITHOUT_REST = 6;

    /** What is dear fills the young heap and both of two cores: others must find them free for most of the time. */
    private static final int TIMES_ITS_TURN = 3;

    /** A turn may have waited for the database, and the sender may be a whole network. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private static final String TURN = Turns.class.getName();
    private static final String REFUSED = TURN + ".refused";
    private static final int MOST_WAITING = 1_000;

    private final Senders senders;
    private final String sessionCookie;
    private final Duration patience;
    /** By sender, in the order in which they came. */
    private final Map<String, Standing> standings = new LinkedHashMap<>();

    private final OtherSenders others = new OtherSenders(System.nanoTime());
    private final int turnsOfOneAlone;
    private final int turnsOfOneOfMany;
    private int free;
    private int requestsWaiting;
    private long begun;

    /**
     * @param turns answers that are made at once
     * @param patience how long a request waits
     */
    Turns(int turns, Duration patience, Senders senders, String sessionCookie) {
        this.free = turns;
        this.turnsOfOneAlone = Math.max(1, turns - 1);
        this.turnsOfOneOfMany = Math.max(1, turns / 4);
        this.patience = patience;
        this.senders = senders;
        this.sessionCookie = sessionCookie;
    }

    /** What the request may do with its turn; its thread alone, and until it is answered. */
    static Place place(ServletRequest request) {
        return (Place) request.getAttribute(TURN);
    }

    /** The answer to a request is made: from now on the turn is another's. */
    static void end(ServletRequest request) {
        place(request).giveUp();
    }

    /** The request holds no thread any more. */
    static void leave(ServletRequest request) {
        ((OfRequest) request.getAttribute(TURN)).leave();
    }

    /** Whether it was refused here, because more is asked than can be answered. */
    static boolean hasRefused(Request request) {
        return request.getAttribute(REFUSED) != null;
    }

    /** How many requests and errands wait. */
    synchronized int waiting() {
        return standings.values().stream()
                .mapToInt(standing -> standing.waiting.size() + standing.errandsWaiting.size())
                .sum();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        OfRequest turn = new OfRequest(sender(request), request, response, callback);
        Request.addCompletionListener(request, failure -> gone(turn));
        return switch (take(turn)) {
            case MAKING -> super.handle(request, response, callback);
            case WAITING -> true;
            default -> {
                turn.refuse();
                yield true;
            }
        };
    }

    private State take(Turn turn) {
        State state;
        synchronized (this) {
            state = come(turn, System.nanoTime());
        }
        goOn();
        return state;
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
        MAKING,
        SENDING,
        ENDED
    }

    /** What a sender has under way. */
    private static final class Standing {
        private final Deque<Turn> waiting = new ArrayDeque<>();
        private final Deque<Turn> errandsWaiting = new ArrayDeque<>();
        /** The last of its turns, among all; 0 for none since it came. */
        private long lastBegun;

        private int making;
        /** Made or sent. */
        private int inHand;

        private boolean isOnErrand;
        private long restsUntil;

        Standing(long now) {
            this.restsUntil = now;
        }

        Deque<Turn> queue(Turn turn) {
            return turn.isErrand() ? errandsWaiting : waiting;
        }

        void restAtLeastUntil(long nanos) {
            restsUntil = nanos - restsUntil > 0 ? nanos : restsUntil;
        }

        int turns() {
            return making + (isOnErrand ? 1 : 0);
        }

        boolean isOver() {
            return waiting.isEmpty() && errandsWaiting.isEmpty() && inHand == 0 && !isOnErrand;
        }
    }

    private State come(Turn turn, long now) {
        others.came(turn.sender, now);
        Standing standing = standings.getOrDefault(turn.sender, new Standing(now));
        Deque<Turn> queue = standing.queue(turn);
        boolean begins = free > 0 && queue.isEmpty() && mayBegin(turn, standing, now);
        if (!begins && isFull(turn, queue)) {
            return turn.state;
        }
        standings.put(turn.sender, standing);
        if (begins) {
            begin(turn, standing);
        } else {
            turn.state = State.WAITING;
            queue.add(turn);
            requestsWaiting += turn.isErrand() ? 0 : 1;
            turn.atLast =
                    getServer().getScheduler().schedule(() -> giveUp(turn), patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        return turn.state;
    }

    /** Nobody waits for an errand, so those take the place of no request. */
    private boolean isFull(Turn turn, Deque<Turn> queue) {
        return turn.isErrand()
                ? queue.size() == ERRANDS_WAITING_OF_ONE_SENDER
                : requestsWaiting == MOST_WAITING || queue.size() == WAITING_OF_ONE_SENDER;
    }

    private boolean mayBegin(Turn turn, Standing standing, long now) {
        boolean hasTurnLeft = standing.making < (isAlone(turn.sender, now) ? turnsOfOneAlone : turnsOfOneOfMany)
                && standing.turns() < turnsOfOneAlone
                && now - standing.restsUntil >= 0;
        return turn.isErrand()
                ? hasTurnLeft && standing.waiting.isEmpty() && !standing.isOnErrand
                : hasTurnLeft && standing.inHand < OF_ONE_SENDER;
    }

    private boolean isAlone(String sender, long now) {
        return standings.keySet().stream().allMatch(sender::equals) && !others.than(sender, now);
    }

    private void begin(Turn turn, Standing standing) {
        turn.state = State.MAKING;
        turn.begunAt = System.nanoTime();
        standing.lastBegun = ++begun;
        free--;
        if (turn.isErrand()) {
            standing.isOnErrand = true;
        } else {
            standing.making++;
            standing.inHand++;
        }
    }

    private void made(Turn turn) {
        synchronized (this) {
            if (turn.state != State.MAKING) {
                return;
            }
            turn.state = State.SENDING;
            endMaking(turn, standings.get(turn.sender));
        }
        goOn();
    }

    /** Sent, or failed, or nobody is there any more; once, and also where it never began. */
    private void gone(Turn turn) {
        synchronized (this) {
            end(turn);
        }
        goOn();
    }

    /** Whose turn it is, any request's before any errand's; of several senders that had none it is the first that came. */
    private Optional<Turn> next() {
        return next(standing -> standing.waiting).or(() -> next(standing -> standing.errandsWaiting));
    }

    private Optional<Turn> next(Function<Standing, Deque<Turn>> queue) {
        long now = System.nanoTime();
        return standings.values().stream()
                .filter(standing -> !queue.apply(standing).isEmpty()
                        && mayBegin(queue.apply(standing).peek(), standing, now))
                .min(Comparator.comparingLong(standing -> standing.lastBegun))
                .map(standing -> queue.apply(standing).peek());
    }

    private void giveUp(Turn turn) {
        synchronized (this) {
            if (turn.state != State.WAITING) {
                return;
            }
            end(turn);
        }
        turn.sendAway();
    }

    private void end(Turn turn) {
        if (turn.state == State.ENDED) {
            return;
        }
        Standing standing = standings.get(turn.sender);
        if (turn.state == State.WAITING) {
            stopWaiting(turn, standing);
        } else if (turn.isErrand()) {
            standing.isOnErrand = false;
            free++;
        } else {
            standing.inHand--;
            if (turn.state == State.MAKING) {
                endMaking(turn, standing);
            }
        }
        turn.state = State.ENDED;
        if (standing.isOver()) {
            standings.remove(turn.sender);
        }
    }

    private void endMaking(Turn turn, Standing standing) {
        standing.making--;
        free++;
        long now = System.nanoTime();
        if (standing.waiting.size() > WITHOUT_REST && !isAlone(turn.sender, now)) {
            long rest = rest(Duration.ofNanos(now - turn.begunAt)).toNanos();
            standing.restAtLeastUntil(now + rest);
            getServer().getScheduler().schedule(this::goOn, rest, TimeUnit.NANOSECONDS);
        }
    }

    static Duration rest(Duration turn) {
        Duration rest = turn.multipliedBy(TIMES_ITS_TURN);
        return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
    }

    /** Starts those whose turn it is now. */
    private void goOn() {
        List<Turn> following;
        synchronized (this) {
            following = following();
        }
        following.forEach(Turn::start);
    }

    private void stopWaiting(Turn turn, Standing standing) {
        standing.queue(turn).remove(turn);
        requestsWaiting -= turn.isErrand() ? 0 : 1;
        turn.atLast.cancel();
    }

    /** Takes out of those that wait whose turn it is now. */
    private List<Turn> following() {
        List<Turn> following = new ArrayList<>();
        Optional<Turn> next = next();
        while (free > 0 && next.isPresent()) {
            Turn turn = next.get();
            Standing standing = standings.get(turn.sender);
            stopWaiting(turn, standing);
            begin(turn, standing);
            following.add(turn);
            next = next();
        }
        return following;
    }

    /** One sender's, from when it came. */
    private abstract class Turn {
        private final String sender;
        private State state = State.ENDED;
        private long begunAt;
        private Scheduler.Task atLast;

        Turn(String sender) {
            this.sender = sender;
        }

        String sender() {
            return sender;
        }

        abstract boolean isErrand();

        /** After it waited; returns at once. */
        abstract void start();

        /** It waited in vain. */
        abstract void sendAway();

        void leave() {
            gone(this);
        }
    }

    private final class OfRequest extends Turn implements Place {
        private final Request request;
        private final Response response;
        private final Callback callback;

        OfRequest(String sender, Request request, Response response, Callback callback) {
            super(sender);
            this.request = request;
            this.response = response;
            this.callback = callback;
            request.setAttribute(TURN, this);
        }

        @Override
        boolean isErrand() {
            return false;
        }

        @Override
        public void giveUp() {
            made(this);
        }

        @Override
        public void haveDone(Errand errand) {
            Turn turn = new OfErrand(sender(), errand);
            State taken = take(turn);
            if (taken == State.MAKING) {
                turn.start();
            } else if (taken == State.ENDED) {
                turn.sendAway();
            }
        }

        void refuse() {
            request.setAttribute(REFUSED, true);
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
        }

        @Override
        void sendAway() {
            request.getContext().execute(this::refuse);
        }

        @Override
        void start() {
            request.getContext().execute(() -> {
                try {
                    if (!Turns.super.handle(request, response, callback)) {
                        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                    }
                } catch (Throwable e) {
                    Response.writeError(request, response, callback, e);
                }
            });
        }
    }

    private final class OfErrand extends Turn {
        private final Errand errand;

        OfErrand(String sender, Errand errand) {
            super(sender);
            this.errand = errand;
        }

        @Override
        boolean isErrand() {
            return true;
        }

        @Override
        void sendAway() {
            errand.drop();
        }

        @Override
        void start() {
            try {
                getServer().getThreadPool().execute(this::run);
            } catch (RejectedExecutionException e) {
                leave(); // the server ends
                errand.drop();
            }
        }

        private void run() {
            try {
                errand.run();
            } finally {
                leave();
            }
        }
    }
}
