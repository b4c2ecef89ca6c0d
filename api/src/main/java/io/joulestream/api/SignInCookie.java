package io.joulestream.api;

import io.joulestream.api.oidc.Attempt;
import java.time.Duration;
import java.util.Optional;

/**
 * The cookie of an attempt to sign in elsewhere: out of scripts' reach, and sent along when another site sends the browser back
 * here, which that of a session is not.
 */
final class SignInCookie {
    private static final Duration LASTS = Duration.ofMinutes(10);

    private SignInCookie() {}

    static String set(Origin origin, Attempt attempt) {
        return cookie(origin, attempt.secret(), LASTS.toSeconds());
    }

    /** Makes a browser forget it. */
    static String clear(Origin origin) {
        return cookie(origin, "", 0);
    }

    /** What the browser has begun; empty for nothing. */
    static Optional<Attempt> of(Origin origin, Request request) {
        return Optional.ofNullable(request.cookies().apply(name(origin))).flatMap(Attempt::parse);
    }

    private static String name(Origin origin) {
        return SessionCookie.name(origin) + "-sign-in";
    }

    private static String cookie(Origin origin, String value, long maxAge) {
        return name(origin) + "=" + value + "; Path=/; Max-Age=" + maxAge + "; HttpOnly; SameSite=Lax"
                + (origin.isSecure() ? "; Secure" : "");
    }
}
