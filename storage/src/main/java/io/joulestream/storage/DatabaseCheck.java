package io.joulestream.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
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
     * Looks at everything; changes nothing. Where the database does not answer that is the only check; where it no longer answers the last says so.
     *
     * @param clock of this machine, which the database's is held against
     */
    public static List<DatabaseCheck> all(DatabaseAddress address, Clock clock) {
        List<DatabaseCheck> checks = new ArrayList<>();
        try (Connection connection = LedgerConnection.open(address)) {
            new ExamineDatabase(connection, address, clock, checks::add).run();
        } catch (SQLException | StorageException e) {
            checks.add(
                    checks.isEmpty()
                            ? fail(
                                    "reachable",
                                    address + " does not answer: " + e.getMessage(),
                                    "see whether the server runs, and whether address, user and password are right")
                            : fail(
                                    "examined",
                                    "the checks after "
                                            + checks.get(checks.size() - 1).name() + " could not be made: "
                                            + e.getMessage(),
                                    "by the reason; the other checks are not known to be well"));
        }
        return List.copyOf(checks);
    }
}
