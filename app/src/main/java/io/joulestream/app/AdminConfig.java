package io.joulestream.app;

import com.typesafe.config.Config;

/**
 * Everything the door for those who look after the process can be told.
 *
 * @param port 0 for any free one
 */
record AdminConfig(String host, int port) {
    AdminConfig {
        if (port < 0 || port > 65_535) {
            throw new UserError("joulestream.admin.port must be 0 to 65535, was " + port);
        }
    }

    static AdminConfig from(Config config) {
        return new AdminConfig(config.getString("host"), config.getInt("port"));
    }
}
