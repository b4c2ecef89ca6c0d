package io.joulestream.api.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.joulestream.storage.OidcSubject;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes the tokens of one issuer for one audience. Signed by RS256 or ES256, whatever a token says of itself, by a key that the
 * issuer publishes under the id that the token names: keys and addresses that a token brings along are not looked at. Valid now,
 * with a minute for clocks that differ, and for a day at most. Thread-safe.
 */
final class Tokens {
    private static final int LONGEST = 8 << 10;
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);

    /** RFC 9068 asks for at+jwt; many issuers say JWT of every token, or nothing. */
    static final Set<JOSEObjectType> ACCESS =
            types(new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));

    static final Set<JOSEObjectType> IDENTITY = types();

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private static Set<JOSEObjectType> types(JOSEObjectType... more) {
        Set<JOSEObjectType> types = new HashSet<>(Set.of(more));
        types.add(JOSEObjectType.JWT);
        types.add(null);
        return types;
    }

    Tokens(String issuer, String audience, Set<JOSEObjectType> types, JWKSource<SecurityContext> keys, Clock clock) {
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(types));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWTClaimsSetVerifier(new Claims(issuer, audience, clock));
    }

    /** What a good token says; it has a subject. */
    JWTClaimsSet claims(String token) throws TokenRefusedException, IssuerUnreachableException {
        if (token.length() > LONGEST) {
            throw new TokenRefusedException("it is longer than " + LONGEST + " characters");
        }
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            if (parsed.getHeader().getKeyID() == null) {
                throw new TokenRefusedException("it names no key");
            }
            return processor.process(parsed, null);
        } catch (KeySourceException e) {
            throw new IssuerUnreachableException(e.getMessage(), e);
        } catch (ParseException e) {
            throw new TokenRefusedException("it is no signed JWT", e);
        } catch (BadJOSEException | JOSEException e) {
            throw new TokenRefusedException(e.getMessage(), e);
        }
    }

    private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final Clock clock;

        Claims(String issuer, String audience, Clock clock) {
            super(audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp", "iat"));
            this.clock = clock;
            setMaxClockSkew((int) SKEW.toSeconds());
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }

        @Override
        public void verify(JWTClaimsSet claims, SecurityContext nothing) throws BadJWTException {
            super.verify(claims, nothing);
            Instant issued = claims.getIssueTime().toInstant();
            if (issued.isAfter(clock.instant().plus(SKEW))) {
                throw new BadJWTException("it was issued in the future");
            }
            if (claims.getExpirationTime().toInstant().isAfter(issued.plus(LONGEST_LIFE))) {
                throw new BadJWTException("it is valid for longer than a day");
            }
            if (!claims.getSubject().matches(OidcSubject.SUBJECT)) {
                throw new BadJWTException("its subject is none");
            }
        }
    }
}
