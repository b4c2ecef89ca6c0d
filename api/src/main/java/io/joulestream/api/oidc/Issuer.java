package io.joulestream.api.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URLEncoder;
import java.text.ParseException;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An OpenID provider: whose access tokens are taken, and at which browsers sign in by authorization code with PKCE. It says who
 * somebody is; what that one may do is not its to say. Thread-safe.
 */
public final class Issuer {
    private final IssuerConfig config;
    private final IssuerCalls calls;
    private final Published published;
    private final Optional<Tokens> accessTokens;
    private final Optional<Tokens> identityTokens;

    public Issuer(IssuerConfig config, IssuerCalls calls, Clock clock) {
        this.config = config;
        this.calls = calls;
        this.published = new Published(config.issuer(), calls, clock);
        this.accessTokens = config.audience()
                .map(audience -> new Tokens(config.issuer(), audience, Tokens.ACCESS, published, clock));
        this.identityTokens = config.client()
                .map(client -> new Tokens(config.issuer(), client.id(), Tokens.IDENTITY, published, clock));
    }

    /** As it stands in its tokens. */
    public String name() {
        return config.issuer();
    }

    /** Whether browsers may sign in. */
    public boolean signsIn() {
        return config.client().isPresent();
    }

    /**
     * Whose access token that is.
     *
     * @return the subject
     * @throws TokenRefusedException if it is not good, or none are taken
     * @throws IssuerUnreachableException if that cannot be told now
     */
    public String subject(String token) throws TokenRefusedException, IssuerUnreachableException {
        Tokens tokens = accessTokens.orElseThrow(() -> new TokenRefusedException("no access tokens are taken"));
        return tokens.claims(token).getSubject();
    }

    /**
     * Where a browser goes to sign in.
     *
     * @param redirect to where it comes back, an address of ours
     * @throws IssuerUnreachableException if that is not known now
     */
    public String authorization(Attempt attempt, String redirect) throws IssuerUnreachableException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", client().id());
        query.put("redirect_uri", redirect);
        query.put("scope", "openid");
        query.put("state", attempt.state());
        query.put("nonce", attempt.nonce());
        query.put("code_challenge", attempt.challenge());
        query.put("code_challenge_method", "S256");
        String endpoint = endpoint(published.metadata().authorizationEndpoint(), "authorization_endpoint");
        return endpoint + (endpoint.contains("?") ? "&" : "?") + form(query);
    }

    /**
     * Who has signed in.
     *
     * @param code that the browser brought back
     * @param redirect as it was told when the attempt began
     * @return the subject
     * @throws TokenRefusedException if the issuer does not take the code, or what it gives for it is no good token of this attempt
     * @throws IssuerUnreachableException if that cannot be told now
     */
    public String redeem(Attempt attempt, String code, String redirect)
            throws TokenRefusedException, IssuerUnreachableException {
        JWTClaimsSet claims = identityTokens.orElseThrow().claims(identityToken(attempt, code, redirect));
        if (!attempt.nonce().equals(claims.getClaim("nonce"))) {
            throw new TokenRefusedException("it is of another attempt");
        }
        Object party = claims.getClaim("azp");
        boolean isOurs =
                party == null ? claims.getAudience().size() == 1 : client().id().equals(party);
        if (!isOurs) {
            throw new TokenRefusedException("it was issued to another client");
        }
        return claims.getSubject();
    }

    private String identityToken(Attempt attempt, String code, String redirect)
            throws TokenRefusedException, IssuerUnreachableException {
        Metadata metadata = published.metadata();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirect);
        form.put("code_verifier", attempt.verifier());
        Optional<String> secret = client().secret();
        boolean secretInHeader = secret.isPresent() && !metadata.secretInForm();
        if (!secretInHeader) {
            form.put("client_id", client().id());
            secret.ifPresent(told -> form.put("client_secret", told));
        }
        try {
            IssuerCalls.Answer answer = calls.post(
                    endpoint(metadata.tokenEndpoint(), "token_endpoint"),
                    secretInHeader ? Map.of("Authorization", basic(secret.get())) : Map.of(),
                    form(form).getBytes(UTF_8));
            return identityToken(answer);
        } catch (IOException e) {
            throw new IssuerUnreachableException(e.getMessage(), e);
        }
    }

    private String identityToken(IssuerCalls.Answer answer) throws TokenRefusedException, IssuerUnreachableException {
        if (answer.status() >= 500) {
            throw new IssuerUnreachableException(name() + " answered " + answer.status() + " to a code");
        }
        try {
            Map<String, Object> fields = JSONObjectUtils.parse(new String(answer.body(), UTF_8));
            String token = JSONObjectUtils.getString(fields, "id_token");
            if (answer.status() == 200 && token != null) {
                return token;
            }
            throw new TokenRefusedException(name() + " gives no id_token for the code, it answered " + answer.status()
                    + " " + JSONObjectUtils.getString(fields, "error"));
        } catch (ParseException e) {
            throw new TokenRefusedException(name() + " answered " + answer.status() + " and no JSON", e);
        }
    }

    private IssuerConfig.Client client() {
        return config.client().orElseThrow();
    }

    private String endpoint(String told, String what) throws IssuerUnreachableException {
        if (told == null) {
            throw new IssuerUnreachableException(name() + " has no " + what);
        }
        return told;
    }

    /** RFC 6749, 2.3.1: both parts are encoded as in a form before they are put together. */
    private String basic(String secret) {
        String both = encoded(client().id()) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
