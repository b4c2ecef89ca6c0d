package io.joulestream.app;

import com.typesafe.config.Config;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Everything the door for those who look after the process can be told.
 *
 * @param port 0 for any free one
 * @param lookEvery how often the service is looked at for its metrics
 * @param milliwattsPerCore what one busy core draws, for the estimate of the process's energy
 */
record AdminConfig(String host, int port, Duration lookEvery, int milliwattsPerCore) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final BigDecimal MOST_WATTS = BigDecimal.valueOf(1_000);

    AdminConfig {
        if (port < 0 || port > 65_535) {
            throw new UserError("joulestream.admin.port must be 0 to 65535, was " + port);
        }
        if (lookEvery.compareTo(SHORTEST) < 0) {
            throw new UserError("joulestream.admin.look-every must be >= 1s, was " + lookEvery);
        }
    }

    static AdminConfig from(Config config) {
        return new AdminConfig(
                config.getString("host"),
                config.getInt("port"),
                config.getDuration("look-every"),
                milliwatts(config.getString("watts-per-core")));
    }

    private static int milliwatts(String watts) {
        try {
            BigDecimal value = new BigDecimal(watts);
            if (value.signum() > 0 && value.compareTo(MOST_WATTS) <= 0) {
                return value.movePointRight(3).intValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw refused(watts);
        }
        throw refused(watts);
    }

    private static UserError refused(String watts) {
        return new UserError("joulestream.admin.watts-per-core must be above 0 and at most 1000, with at most three"
                + " decimals, was " + watts);
    }
}
