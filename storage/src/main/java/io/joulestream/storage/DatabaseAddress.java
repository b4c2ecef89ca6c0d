package io.joulestream.storage;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/** Where the database is and who asks. Serializable, so that a sink can carry it to where it runs. */
public record DatabaseAddress(String jdbcUrl, String user, String password) implements Serializable {
    public DatabaseAddress {
        requireNonNull(jdbcUrl, "jdbcUrl");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("jdbcUrl must start with jdbc:postgresql:");
        }
    }

    /** Without the password, which may stand among the URL's parameters too. */
    @Override
    public String toString() {
        return jdbcUrl.replaceFirst("\\?.*", "") + " as " + user;
    }
}
