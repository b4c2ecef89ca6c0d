package io.joulestream.api;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.SessionToken;
import io.joulestream.storage.MemberKey;
import io.joulestream.storage.SessionStore;
import io.joulestream.storage.WebSession;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/** The session of a browser: opened with a key, looked at, closed. All of it is for everybody: it says who one is. */
final class SessionResource {
    private static final SecureRandom RANDOM = new SecureRandom();
    static final Duration LASTS = Duration.ofHours(8);

    private final Doorman doorman;
    private final SessionStore sessions;
    private final Clock clock;
    private final boolean keysAreNeeded;

    SessionResource(Doorman doorman, SessionStore sessions, Clock clock, ApiConfig config) {
        this.doorman = doorman;
        this.sessions = sessions;
        this.clock = clock;
        this.keysAreNeeded = config.keys() == ApiConfig.Keys.REQUIRED;
    }

    /** Who asks, also where no keys are needed. */
    Answer show(Request request) {
        request.parameters().check();
        return Answer.json(who(request.credentials())).with("Cache-Control", "no-store");
    }

    private SessionBody who(Credentials shown) {
        boolean bySession = keysAreNeeded && shown.authorization() == null;
        if (bySession) {
            WebSession session = doorman.session(shown).orElseThrow(() -> ProblemException.unauthenticated(shown));
            return SessionBody.of(Caller.of(session), Optional.of(session.expiresAt()));
        }
        return SessionBody.of(
                doorman.caller(shown).orElseThrow(() -> ProblemException.unauthenticated(shown)), Optional.empty());
    }

    Answer open(Request request) {
        request.parameters().check();
        Parameters fields = request.fields(Set.of("key"), Set.of());
        String text = fields.required("key").orElse("");
        fields.check();
        if (!keysAreNeeded) {
            throw ProblemException.conflict("no keys are asked for here, so there are no sessions");
        }
        refuseForeign(request.credentials());
        Optional<ApiKey> key = ApiKey.parse(text);
        MemberKey valid = key.flatMap(doorman::key).orElseThrow(ProblemException::nobodysKey);
        SessionToken token = SessionToken.random(key.get().tenant(), RANDOM);
        Instant end = clock.instant().plus(LASTS).truncatedTo(ChronoUnit.SECONDS);
        if (!sessions.open(token, key.get(), end)) {
            throw ProblemException.nobodysKey();
        }
        return Answer.created(SessionBody.of(Caller.of(valid), Optional.of(end)))
                .withCookie(SessionCookie.set(doorman.origin(), token, LASTS));
    }

    /** The browser forgets it, also where there was none. */
    Answer close(Request request) {
        request.parameters().check();
        Credentials shown = request.credentials();
        if (shown.session() != null) {
            refuseForeign(shown);
            SessionToken.parse(shown.session()).ifPresent(sessions::close);
        }
        return Answer.done().withCookie(SessionCookie.clear(doorman.origin()));
    }

    /** Another site's page must not sign anybody in or out. */
    private void refuseForeign(Credentials shown) {
        if (!doorman.origin().isKnown()) {
            throw ProblemException.noOrigin();
        }
        if (!doorman.origin().isOf(shown.origin(), shown.host())) {
            throw ProblemException.foreignOrigin();
        }
    }
}
