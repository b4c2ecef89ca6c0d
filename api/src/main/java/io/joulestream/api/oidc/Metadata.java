package io.joulestream.api.oidc;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.List;
import java.util.Map;

/**
 * What the issuer says of itself (OpenID Connect Discovery 1.0).
 *
 * @param authorizationEndpoint null where it says none
 * @param tokenEndpoint null where it says none
 * @param secretInForm whether a client's secret goes into the form, because a header is not taken
 */
record Metadata(String keysUrl, String authorizationEndpoint, String tokenEndpoint, boolean secretInForm) {
    private static final String BASIC = "client_secret_basic";

    /** @throws ParseException if it is of another issuer, or names an address that is not safe */
    static Metadata parse(String issuer, String json) throws ParseException {
        Map<String, Object> fields = JSONObjectUtils.parse(json);
        if (!issuer.equals(JSONObjectUtils.getString(fields, "issuer"))) {
            throw new ParseException("its metadata is that of another issuer", 0);
        }
        List<String> methods = JSONObjectUtils.getStringList(fields, "token_endpoint_auth_methods_supported");
        Metadata metadata = new Metadata(
                safe(fields, "jwks_uri"),
                safe(fields, "authorization_endpoint"),
                safe(fields, "token_endpoint"),
                methods != null && !methods.contains(BASIC));
        if (metadata.keysUrl == null) {
            throw new ParseException("its metadata has no jwks_uri", 0);
        }
        return metadata;
    }

    private static String safe(Map<String, Object> fields, String name) throws ParseException {
        String url = JSONObjectUtils.getString(fields, name);
        if (url != null && !IssuerConfig.isSafe(url)) {
            throw new ParseException("its " + name + " is no https URL", 0);
        }
        return url;
    }
}
