package io.joulestream.api;

import io.joulestream.core.digest.Sha256;
import io.joulestream.storage.Member;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who sends a request, as far as that can be told before anybody is asked: the member who showed the same key or session
 * before, else whoever is at that network. It decides who waits and opens nothing. Thread-safe.
 */
final class Senders {
    private static final int KEPT = 10_000;

    /** Members by the digest of what they showed. */
    private final Map<String, String> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KEPT;
        }
    });

    /** What was shown is that member's. */
    void know(Credentials shown, Member member) {
        known.put(digest(shown.authorization(), shown.session()), "member " + member.id());
    }

    /** What was shown is nobody's, or not any more. */
    void forget(Credentials shown) {
        known.remove(digest(shown.authorization(), shown.session()));
    }

    /**
     * @param authorization null where nothing is shown, as is {@code session}
     * @param address of the connection
     */
    String of(String authorization, String session, String address) {
        String member = authorization == null && session == null ? null : known.get(digest(authorization, session));
        return member == null ? RateLimits.network(address) : member;
    }

    private static String digest(String authorization, String session) {
        String shown = authorization == null ? "session " + session : authorization;
        return Sha256.hex(shown.getBytes(StandardCharsets.UTF_8));
    }
}
