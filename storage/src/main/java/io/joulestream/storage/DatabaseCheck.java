package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * One thing that was looked at in a ledger's database.
 *
 * @param found what it is like
 * @param remedy what to do; empty where nothing needs doing
 */
public record DatabaseCheck(String name, Verdict verdict, String found, Optional<String> remedy) {
    /** From best to worst. */
    public enum Verdict {
        OK,
        WARN,
        FAIL
    }

    static DatabaseCheck ok(String name, String found) {
        return new DatabaseCheck(name, Verdict.OK, found, Optional.empty());
    }

    static DatabaseCheck warn(String name, String found, String remedy) {
        return new DatabaseCheck(name, Verdict.WARN, found, Optional.of(remedy));
    }

    static DatabaseCheck fail(String name, String found, String remedy) {
        return new DatabaseCheck(name, Verdict.FAIL, found, Optional.of(remedy));
    }

    /**
     * Looks at everything; changes nothing. Where the database does not answer that is the only check.
     *
     * @param clock of this machine, which the database's is held against
     */
    public static List<DatabaseCheck> all(DatabaseAddress address, Clock clock) {
        try (Connection connection = LedgerConnection.open(address)) {
            return new ExamineDatabase(connection, address, clock).checks();
        } catch (SQLException | StorageException e) {
            return List.of(fail(
                    "reachable",
                    address + " does not answer: " + e.getMessage(),
                    "see whether the server runs, and whether address, user and password are right"));
        }
    }
}
