package io.joulestream.api.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the issuer publishes: its metadata and the keys it signs with. Fetched when first needed, again when it is old, and when a
 * token names a key that is not among them, but however many ask, not more often than every 30 seconds, and by one thread: the
 * others take what there is. Where the issuer does not answer, what was fetched before is good for a day. Thread-safe.
 */
final class Published implements JWKSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(Published.class);
    static final Duration NOT_MORE_OFTEN = Duration.ofSeconds(30);
    static final Duration OLD = Duration.ofMinutes(15);
    static final Duration TOO_OLD = Duration.ofDays(1);
    /** NIST SP 800-131A: shorter ones are not to be trusted. */
    private static final int LEAST_RSA_BITS = 2048;

    private static final String METADATA = "/.well-known/openid-configuration";

    private final String issuer;
    private final IssuerCalls calls;
    private final Clock clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile Fetched fetched;
    private volatile Attempt last;

    private record Fetched(Metadata metadata, JWKSet keys, Instant at) {}

    private record Attempt(Instant at, boolean hasFailed) {}

    Published(String issuer, IssuerCalls calls, Clock clock) {
        this.issuer = issuer;
        this.calls = calls;
        this.clock = clock;
    }

    /** @throws IssuerUnreachableException if there is none that may still be used */
    Metadata metadata() throws IssuerUnreachableException {
        return current().metadata();
    }

    /** @throws KeySourceException if whether the issuer has such a key is not known */
    @Override
    public List<JWK> get(JWKSelector wanted, SecurityContext nothing) throws KeySourceException {
        try {
            List<JWK> keys = wanted.select(current().keys());
            if (keys.isEmpty()) {
                fetchUnlessJustDone();
                keys = wanted.select(current().keys());
            }
            if (keys.isEmpty() && (fetching.isLocked() || last.hasFailed())) {
                throw new IssuerUnreachableException("whether " + issuer + " has a new key is not known yet");
            }
            return keys;
        } catch (IssuerUnreachableException e) {
            throw new KeySourceException(e.getMessage(), e);
        }
    }

    private Fetched current() throws IssuerUnreachableException {
        if (fetched == null || isOlder(fetched.at(), OLD)) {
            fetchUnlessJustDone();
        }
        Fetched current = fetched;
        if (current == null || isOlder(current.at(), TOO_OLD)) {
            throw new IssuerUnreachableException(issuer + " has not answered");
        }
        return current;
    }

    /** By the clock, which may have been set back meanwhile. */
    private boolean isOlder(Instant than, Duration age) {
        return Duration.between(than, clock.instant()).abs().compareTo(age) >= 0;
    }

    private void fetchUnlessJustDone() {
        if (!fetching.tryLock()) {
            return;
        }
        try {
            if (last == null || isOlder(last.at(), NOT_MORE_OFTEN)) {
                Instant now = clock.instant();
                last = new Attempt(now, !fetch(now));
            }
        } finally {
            fetching.unlock();
        }
    }

    private boolean fetch(Instant now) {
        try {
            Metadata metadata = Metadata.parse(issuer, get(issuer.replaceFirst("/$", "") + METADATA));
            JWKSet keys = JWKSet.parse(get(metadata.keysUrl()));
            List<JWK> strong =
                    keys.getKeys().stream().filter(Published::isStrong).toList();
            fetched = new Fetched(metadata, new JWKSet(strong), now);
            return true;
        } catch (IOException | ParseException e) {
            LOG.warn("what {} publishes cannot be fetched: {}", issuer, e.getMessage());
            return false;
        }
    }

    private String get(String url) throws IOException {
        IssuerCalls.Answer answer = calls.get(url);
        if (answer.status() != 200) {
            throw new IOException(url + " answered " + answer.status());
        }
        return new String(answer.body(), UTF_8);
    }

    /** Of other kinds than RSA no key is selected that the two algorithms do not fix. */
    private static boolean isStrong(JWK key) {
        try {
            return !(key instanceof RSAKey rsa)
                    || rsa.toRSAPublicKey().getModulus().bitLength() >= LEAST_RSA_BITS;
        } catch (JOSEException e) {
            return false;
        }
    }
}
