package io.joulestream.app;

import io.joulestream.api.oidc.Issuer;
import io.joulestream.api.oidc.IssuerCalls;
import io.joulestream.api.oidc.IssuerConfig;
import io.joulestream.app.outbound.Outbound;
import io.joulestream.app.outbound.OutboundException;
import io.joulestream.app.outbound.OutboundHosts;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;

/** Calls an OpenID provider by the way that all calls go out. */
record OutboundIssuerCalls(Outbound outbound) implements IssuerCalls {
    private static final String FORM = "application/x-www-form-urlencoded";

    /**
     * A provider that is called so; nothing is asked of it yet.
     *
     * @param hosts where {@code outbound} may go
     * @throws UserError if a setting is wrong, or the issuer may not be called
     */
    static Issuer issuer(OidcSettings oidc, OutboundHosts hosts, Outbound outbound, Clock clock) {
        try {
            hosts.refusal(oidc.issuer()).ifPresent(why -> {
                throw new UserError("joulestream.api.oidc: " + why);
            });
            IssuerConfig config = new IssuerConfig(
                    oidc.issuer(),
                    oidc.audience(),
                    oidc.clientId().map(id -> new IssuerConfig.Client(id, oidc.clientSecret())));
            return new Issuer(config, new OutboundIssuerCalls(outbound), clock);
        } catch (IllegalArgumentException e) {
            throw new UserError("joulestream.api.oidc: " + e.getMessage(), e);
        }
    }

    private interface Call {
        Outbound.Answer make() throws OutboundException;
    }

    @Override
    public Answer get(String url) throws IOException {
        return answer(() -> outbound.get(url));
    }

    @Override
    public Answer post(String url, Map<String, String> headers, byte[] form) throws IOException {
        return answer(() -> outbound.post(url, headers, FORM, form));
    }

    private static Answer answer(Call call) throws IOException {
        try {
            Outbound.Answer answer = call.make();
            return new Answer(answer.status(), answer.body());
        } catch (OutboundException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
