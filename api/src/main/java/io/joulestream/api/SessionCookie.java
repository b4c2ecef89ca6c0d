package io.joulestream.api;

import io.joulestream.core.access.SessionToken;
import java.time.Duration;

/** The cookie of a session: out of scripts' reach, and never sent along from another site. */
final class SessionCookie {
    /** A browser takes the prefix only for a cookie that is secure, of this very host and of the path {@code /}. */
    private static final String SECURE_NAME = "__Host-js";

    private static final String PLAIN_NAME = "js";

    private SessionCookie() {}

    static String name(Origin origin) {
        return origin.isSecure() ? SECURE_NAME : PLAIN_NAME;
    }

    static String set(Origin origin, SessionToken token, Duration lasts) {
        return cookie(origin, token.text(), lasts.toSeconds());
    }

    /** Makes a browser forget it. */
    static String clear(Origin origin) {
        return cookie(origin, "", 0);
    }

    private static String cookie(Origin origin, String value, long maxAge) {
        return name(origin) + "=" + value + "; Path=/; Max-Age=" + maxAge + "; HttpOnly; SameSite=Strict"
                + (origin.isSecure() ? "; Secure" : "");
    }
}
