package io.joulestream.api;

import io.joulestream.api.oidc.Issuer;
import io.joulestream.api.oidc.IssuerUnreachableException;
import io.joulestream.api.oidc.TokenRefusedException;
import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.SessionToken;
import io.joulestream.storage.Database;
import io.joulestream.storage.DatabaseTrouble;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Member;
import io.joulestream.storage.MemberKey;
import io.joulestream.storage.OidcSubject;
import io.joulestream.storage.SessionStore;
import io.joulestream.storage.StorageException;
import io.joulestream.storage.WebSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who may come in: by the key of a member, by the token of an OpenID provider, by the session of a browser, or, where no
 * keys are asked for, everybody to read one tenant. Every request asks the database, so that a revoked key opens nothing from
 * then on, nor a token once its member is disabled. Thread-safe.
 */
final class Doorman implements Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);
    private static final Pattern BEARER = Pattern.compile("Bearer +(\\S+) *", Pattern.CASE_INSENSITIVE);
    /** A key's last use is told to the minute. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private final ApiConfig config;
    private final Origin origin;
    private final IdentityStore identity;
    private final SessionStore sessions;
    private final Optional<Issuer> issuer;
    private final Clock clock;
    private volatile boolean mayNote = true;

    /** @param database asked for nothing where no keys are */
    Doorman(ApiConfig config, Database database, Optional<Issuer> issuer, Clock clock) {
        this.config = config;
        this.origin = Origin.of(config);
        this.identity = database.identity();
        this.sessions = database.sessions();
        this.issuer = issuer;
        this.clock = clock;
    }

    /** At what address browsers come. */
    Origin origin() {
        return origin;
    }

    @Override
    public String sessionCookie() {
        return SessionCookie.name(origin);
    }

    /**
     * Ends the request of one who may not come to an address.
     *
     * @param known who that is, empty for nobody
     * @throws ProblemException where the address is not open, if nobody is known, or may not do this; why somebody is not
     *     known is told in the same words always
     */
    @Override
    public void admit(Access access, Optional<Caller> known, Credentials shown) {
        if (access.permission().isEmpty()) {
            return;
        }
        Permission needed = access.permission().get();
        Caller caller = known.orElseThrow(() -> ProblemException.unauthenticated(shown));
        if (!caller.permissions().contains(needed)) {
            throw ProblemException.forbidden(needed);
        }
        boolean byCookieAlone = shown.authorization() == null && caller.member().isPresent();
        if (needed.writes() && byCookieAlone && !origin.isOf(shown.origin(), shown.host())) {
            throw ProblemException.foreignOrigin();
        }
    }

    /** Empty where nobody is known by what is shown. A key or a token goes before a session. */
    @Override
    public Optional<Caller> caller(Credentials shown) {
        if (config.keys() == ApiConfig.Keys.NONE) {
            return Optional.of(Caller.reader(config.tenant()));
        }
        return shown.authorization() != null
                ? bearer(shown.authorization()).flatMap(this::known)
                : session(shown).map(Caller::of);
    }

    private static Optional<String> bearer(String authorization) {
        Matcher bearer = BEARER.matcher(authorization);
        return bearer.matches() ? Optional.of(bearer.group(1)) : Optional.empty();
    }

    private Optional<Caller> known(String shown) {
        Optional<ApiKey> key = ApiKey.parse(shown);
        return key.isPresent()
                ? key(key.get()).map(Caller::of)
                : issuer.flatMap(provider -> subject(provider, shown))
                        .flatMap(this::member)
                        .map(Caller::of);
    }

    private static Optional<OidcSubject> subject(Issuer issuer, String token) {
        try {
            return Optional.of(new OidcSubject(issuer.name(), issuer.subject(token)));
        } catch (TokenRefusedException e) {
            LOG.debug("a token is refused: {}", e.getMessage());
            return Optional.empty();
        } catch (IssuerUnreachableException e) {
            throw ProblemException.issuerUnreachable();
        }
    }

    /** Empty for one who is none, or is disabled. */
    Optional<Member> member(OidcSubject known) {
        return identity.find(known).filter(member -> member.disabledAt().isEmpty());
    }

    /** Empty unless it is valid now. */
    Optional<MemberKey> key(ApiKey given) {
        Instant now = clock.instant();
        Optional<MemberKey> valid = identity.find(given).filter(key -> key.isValidAt(now));
        valid.filter(key -> isUseToBeNoted(key, now)).ifPresent(key -> note(given));
        return valid;
    }

    /** Empty unless it is valid now. */
    Optional<WebSession> session(Credentials shown) {
        Instant now = clock.instant();
        return Optional.ofNullable(shown.session())
                .flatMap(SessionToken::parse)
                .flatMap(sessions::find)
                .filter(session -> session.isValidAt(now));
    }

    private static boolean isUseToBeNoted(MemberKey key, Instant now) {
        return key.lastUsedAt()
                .map(last -> last.plus(USE_NOTED_EVERY).isBefore(now))
                .orElse(true);
    }

    /** A login that only reads cannot; nobody is kept out for it. */
    private void note(ApiKey key) {
        if (!mayNote) {
            return;
        }
        try {
            identity.noteUse(key);
        } catch (StorageException e) {
            mayNote = e.trouble() != DatabaseTrouble.DATABASE_DENIED;
            LOG.warn("when {} was used last is not noted{}", key, mayNote ? "" : ", here and from now on", e);
        }
    }
}
