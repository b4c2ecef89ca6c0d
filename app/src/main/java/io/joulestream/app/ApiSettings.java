package io.joulestream.app;

import com.typesafe.config.Config;
import io.joulestream.api.ApiConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * How the API is reached, and by what it knows who asks. The job on a cluster reads the same settings and has no API on its class
 * path, so nothing here needs one before {@link #forTenant} is asked.
 *
 * @param keysRequired whether who asks has to show a key
 * @param origin at what address browsers come; empty: the one listened on
 * @param oidc whose word is taken beside keys; empty: nobody's
 */
record ApiSettings(
        String host,
        int port,
        boolean keysRequired,
        Optional<String> origin,
        int requestsPerMinute,
        Duration holdAnswers,
        Duration refuseAfter,
        Duration liveInterval,
        int liveListeners,
        int liveListenersOfOne,
        Optional<OidcSettings> oidc) {
    ApiSettings {
        if (oidc.isPresent() && !keysRequired) {
            throw new UserError("joulestream.api.oidc needs joulestream.api.keys = required beside it");
        }
    }

    static ApiSettings from(Config api) {
        return new ApiSettings(
                api.getString("host"),
                api.getInt("port"),
                keysRequired(api.getString("keys")),
                AppConfig.given(api.getString("origin")),
                api.getInt("requests-per-minute"),
                api.getDuration("hold-answers"),
                api.getDuration("refuse-after"),
                api.getDuration("live.interval"),
                api.getInt("live.listeners"),
                api.getInt("live.listeners-of-one"),
                OidcSettings.from(api.getConfig("oidc")));
    }

    private static boolean keysRequired(String word) {
        return switch (word) {
            case "none" -> false;
            case "required" -> true;
            default -> throw new UserError("joulestream.api.keys must be none or required, was " + word);
        };
    }

    /** @throws UserError if one is out of range */
    ApiConfig forTenant(String tenant) {
        try {
            return new ApiConfig(
                    host,
                    port,
                    tenant,
                    keysRequired ? ApiConfig.Keys.REQUIRED : ApiConfig.Keys.NONE,
                    origin,
                    requestsPerMinute,
                    holdAnswers,
                    refuseAfter,
                    new ApiConfig.Live(liveInterval, liveListeners, liveListenersOfOne));
        } catch (IllegalArgumentException e) {
            throw new UserError("joulestream." + e.getMessage(), e);
        }
    }
}
