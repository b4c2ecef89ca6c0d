package io.joulestream.app;

import com.typesafe.config.Config;
import io.joulestream.api.ApiConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * How the API is reached. The job on a cluster reads the same settings and has no API on its class path, so nothing here needs
 * one before {@link #forTenant} is asked.
 *
 * @param keysRequired whether who asks has to show a key
 * @param origin at what address browsers come; empty: the one listened on
 */
record ApiSettings(
        String host,
        int port,
        boolean keysRequired,
        Optional<String> origin,
        int requestsPerMinute,
        Duration holdAnswers) {
    static ApiSettings from(Config api) {
        return new ApiSettings(
                api.getString("host"),
                api.getInt("port"),
                keysRequired(api.getString("keys")),
                AppConfig.given(api.getString("origin")),
                api.getInt("requests-per-minute"),
                api.getDuration("hold-answers"));
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
                    holdAnswers);
        } catch (IllegalArgumentException e) {
            throw new UserError("joulestream." + e.getMessage(), e);
        }
    }
}
