package io.joulestream.storage;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a database does not do what is asked. The names are part of the contract of health, of the API's problems and of the
 * log: never renamed, only added. Every {@link StorageException} begins with one, so that it can still be told where only the
 * text is left, as on Flink's job manager.
 */
public enum DatabaseTrouble {
    /** It is not there, does not answer, is starting or stopping, or ended the connection. */
    DATABASE_UNREACHABLE("the database does not answer"),
    /** All it gives are taken: {@code max_connections}, or what the role or database may have. */
    DATABASE_CONNECTIONS_TAKEN("the database has no connection left"),
    DATABASE_FULL("the database's disk is full"),
    /** Somebody else holds a lock for longer than {@code lock_timeout}, or two wait for each other. */
    DATABASE_LOCKED("rows or tables of the ledger are locked by somebody else"),
    /** {@code statement_timeout}, or all connections of the process are busy. */
    DATABASE_SLOW("the database does not answer within its limits"),
    /** A standby, or a primary that is kept from writing. */
    DATABASE_READ_ONLY("the database takes no writes"),
    /** User, password or a privilege. */
    DATABASE_DENIED("the database does not allow it"),
    /** Anything else, in the database's own words in the log. */
    DATABASE_FAILED("the database refused what was asked");

    private static final Pattern NAMED =
            Pattern.compile(StorageException.class.getName().replace(".", "\\.") + ": (DATABASE_[A-Z_]+): ");

    private final String text;

    DatabaseTrouble(String text) {
        this.text = text;
    }

    /** For people, the part of a sentence. */
    public String text() {
        return text;
    }

    /**
     * What a stack trace that went through other hands tells of the first {@link StorageException} in it; empty where another
     * release wrote a name that this one does not know.
     */
    public static Optional<DatabaseTrouble> namedIn(String stackTrace) {
        Matcher named = NAMED.matcher(stackTrace);
        return named.find()
                ? Arrays.stream(values())
                        .filter(trouble -> trouble.name().equals(named.group(1)))
                        .findFirst()
                : Optional.empty();
    }

    /** By the first SQL state among a problem and its causes. */
    static DatabaseTrouble of(Throwable problem) {
        boolean waited = false;
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException said) {
                if (said.getSQLState() != null) {
                    return ofState(said.getSQLState());
                }
                waited |= said instanceof SQLTransientConnectionException;
            }
        }
        return waited ? DATABASE_SLOW : DATABASE_FAILED;
    }

    /** States as in PostgreSQL's appendix A; 08xxx are the driver's too. */
    private static DatabaseTrouble ofState(String state) {
        return switch (state) {
            case "53300" -> DATABASE_CONNECTIONS_TAKEN;
            case "53100" -> DATABASE_FULL;
            case "55P03", "40P01" -> DATABASE_LOCKED;
            case "57014", "25P03", "25P04" -> DATABASE_SLOW;
            case "25006" -> DATABASE_READ_ONLY;
            case "42501" -> DATABASE_DENIED;
            default ->
                state.startsWith("08") || state.startsWith("57P")
                        ? DATABASE_UNREACHABLE
                        : state.startsWith("28") ? DATABASE_DENIED : DATABASE_FAILED;
        };
    }
}
