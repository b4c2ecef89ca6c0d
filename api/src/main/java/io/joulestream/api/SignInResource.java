package io.joulestream.api;

import io.github.bucket4j.Bucket;
import io.joulestream.api.oidc.Attempt;
import io.joulestream.api.oidc.Issuer;
import io.joulestream.api.oidc.IssuerUnreachableException;
import io.joulestream.api.oidc.TokenRefusedException;
import io.joulestream.core.access.SessionToken;
import io.joulestream.storage.Member;
import io.joulestream.storage.OidcSubject;
import io.joulestream.storage.SessionStore;
import io.joulestream.storage.StorageException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs browsers in at an OpenID provider. A person's browser goes there and comes back, so whatever comes of it, it ends at our
 * first page, and nowhere else; where nobody was signed in, what stands behind the # tells the page why.
 */
final class SignInResource {
    private static final Logger LOG = LoggerFactory.getLogger(SignInResource.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String CALLBACK = "/v1/session/oidc/callback";

    /** Each holds a thread for as long as the provider takes. */
    private static final int REDEEMED_AT_ONCE = 2;

    /** Anybody may bring a code that is none, and it goes to the provider in our client's name. */
    private static final int CODES_PER_MINUTE = 120;

    private static final int CODES_AT_ONCE = 30;

    private final ApiConfig.Keys keys;
    private final Optional<Issuer> issuer;
    private final Doorman doorman;
    private final SessionStore sessions;
    private final Clock clock;
    private final Semaphore redeeming = new Semaphore(REDEEMED_AT_ONCE);
    private final Bucket codes = Bucket.builder()
            .addLimit(limit -> limit.capacity(CODES_AT_ONCE).refillGreedy(CODES_PER_MINUTE, Duration.ofMinutes(1)))
            .build();

    /** Why nobody was signed in, as the page is told. */
    private enum Why {
        /** The browser has begun nothing of the kind, or more than ten minutes ago. */
        STALE,
        /** The provider says no. */
        REFUSED,
        /** The provider knows who it is, and here that is nobody. */
        NOT_A_MEMBER,
        /** What the provider tells is not good. */
        FAILED,
        /** The provider, or the database, does not answer, or the provider is asked too much already. */
        UNAVAILABLE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    SignInResource(ApiConfig.Keys keys, Optional<Issuer> issuer, Doorman doorman, SessionStore sessions, Clock clock) {
        this.keys = keys;
        this.issuer = issuer.filter(Issuer::signsIn);
        this.doorman = doorman;
        this.sessions = sessions;
        this.clock = clock;
    }

    Answer ways(Request request) {
        request.parameters().check();
        if (keys == ApiConfig.Keys.NONE) {
            return Answer.json(new WaysBody(List.of()));
        }
        return Answer.json(new WaysBody(issuer.isPresent() ? List.of("key", "oidc") : List.of("key")));
    }

    Answer begin(Request request) {
        request.parameters().check();
        Issuer provider = provider();
        Attempt attempt = Attempt.random(RANDOM);
        request.place().giveUp();
        try {
            return Answer.elsewhere(provider.authorization(attempt, callback(request)))
                    .withCookie(SignInCookie.set(doorman.origin(), attempt));
        } catch (IssuerUnreachableException e) {
            return nobody(Why.UNAVAILABLE, e.getMessage());
        }
    }

    /** Parameters that are not known are passed over here, as RFC 6749 asks: providers send their own. */
    Answer end(Request request) {
        Issuer provider = provider();
        Parameters told = request.parameters();
        Optional<Attempt> attempt = SignInCookie.of(doorman.origin(), request)
                .filter(begun -> told.text("state").filter(begun::isOf).isPresent());
        if (attempt.isEmpty()) {
            return nobody(Why.STALE, "the state is not that of this browser's attempt");
        }
        if (told.text("iss").filter(name -> !name.equals(provider.name())).isPresent()) {
            return nobody(Why.FAILED, "the answer is of another issuer");
        }
        Optional<String> code = told.text("code");
        if (code.isEmpty()) {
            return nobody(Why.REFUSED, told.text("error").map(Parameters::echo).orElse("there is no code"));
        }
        request.place().giveUp();
        try {
            Optional<String> subject = redeemed(provider, attempt.get(), code.get(), callback(request));
            return subject.isPresent()
                    ? signedIn(new OidcSubject(provider.name(), subject.get()))
                    : nobody(Why.UNAVAILABLE, "the provider is brought more codes than it is asked about");
        } catch (TokenRefusedException e) {
            return nobody(Why.FAILED, e.getMessage());
        } catch (IssuerUnreachableException | StorageException e) {
            return nobody(Why.UNAVAILABLE, e.getMessage());
        }
    }

    /** Whose code it is; empty where the provider is not asked, for it is asked too much already. */
    private Optional<String> redeemed(Issuer provider, Attempt attempt, String code, String callback)
            throws TokenRefusedException, IssuerUnreachableException {
        if (!redeeming.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return codes.tryConsume(1) ? Optional.of(provider.redeem(attempt, code, callback)) : Optional.empty();
        } finally {
            redeeming.release();
        }
    }

    private Answer signedIn(OidcSubject known) {
        Optional<Member> member = doorman.member(known);
        if (member.isEmpty()) {
            return nobody(Why.NOT_A_MEMBER, "no member is linked to subject " + known.subject());
        }
        SessionToken token = SessionToken.random(member.get().tenant(), RANDOM);
        if (!sessions.open(
                token, known, clock.instant().plus(SessionResource.LASTS).truncatedTo(ChronoUnit.SECONDS))) {
            return nobody(Why.NOT_A_MEMBER, "the link to subject " + known.subject() + " was just taken away");
        }
        return ended("/").withCookie(SessionCookie.set(doorman.origin(), token, SessionResource.LASTS));
    }

    private Answer nobody(Why why, String detail) {
        LOG.info("nobody is signed in, {}: {}", why, detail.replaceAll("\\p{Cntrl}", "?"));
        return ended("/#sign-in=" + why.word());
    }

    /** Whatever came of the attempt, it is over, and nothing of it is to be used again. */
    private Answer ended(String address) {
        return Answer.elsewhere(address).withCookie(SignInCookie.clear(doorman.origin()));
    }

    private Issuer provider() {
        return issuer.orElseThrow(
                () -> ProblemException.conflict("nobody signs in by OpenID here: joulestream.api.oidc says no client"));
    }

    private String callback(Request request) {
        return doorman.origin().at(request.credentials().host()).orElseThrow(ProblemException::noOrigin) + CALLBACK;
    }
}
