package io.joulestream.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which database answers, whatever its address is.
 *
 * @param server the number that PostgreSQL gave itself when it was made
 * @param database its number in that server
 */
public record DatabaseIdentity(String server, long database) {
    private static final String SELF = "select (select system_identifier::text from pg_control_system()), oid"
            + " from pg_database where datname = current_database()";

    /** @throws StorageException when the database does not answer */
    public static DatabaseIdentity of(DatabaseAddress address) {
        try (Connection connection = LedgerConnection.open(address);
                Statement statement = connection.createStatement();
                ResultSet self = statement.executeQuery(SELF)) {
            self.next();
            return new DatabaseIdentity(self.getString(1), self.getLong(2));
        } catch (SQLException e) {
            throw new StorageException(address + " does not answer: " + e.getMessage(), e);
        }
    }
}
