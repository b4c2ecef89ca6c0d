package io.joulestream.storage;

import static io.joulestream.storage.DatabaseTrouble.DATABASE_FULL;
import static io.joulestream.storage.DatabaseTrouble.DATABASE_UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTroubleTest {
    @ParameterizedTest
    @CsvSource({
        "08001, DATABASE_UNREACHABLE",
        "08006, DATABASE_UNREACHABLE",
        "57P01, DATABASE_UNREACHABLE",
        "57P02, DATABASE_UNREACHABLE",
        "57P03, DATABASE_UNREACHABLE",
        "53300, DATABASE_CONNECTIONS_TAKEN",
        "53100, DATABASE_FULL",
        "55P03, DATABASE_LOCKED",
        "40P01, DATABASE_LOCKED",
        "57014, DATABASE_SLOW",
        "25P03, DATABASE_SLOW",
        "25006, DATABASE_READ_ONLY",
        "28P01, DATABASE_DENIED",
        "42501, DATABASE_DENIED",
        "42P01, DATABASE_FAILED"
    })
    void everyTroubleIsNamedByTheServersOwnState(String state, DatabaseTrouble expected) {
        assertThat(new StorageException("3 rows", new SQLException("words", state)))
                .hasMessage(expected + ": 3 rows")
                .extracting(StorageException::trouble)
                .isEqualTo(expected);
    }

    @Test
    void aPoolThatWaitedInVainTellsWhatItsConnectionsMet() {
        SQLException refused = new SQLException("refused", "08001");
        SQLTransientConnectionException waited = new SQLTransientConnectionException("timed out", null, 0, refused);

        assertThat(DatabaseTrouble.of(new RuntimeException(waited))).isEqualTo(DATABASE_UNREACHABLE);
        assertThat(DatabaseTrouble.of(new SQLTransientConnectionException("timed out")))
                .isEqualTo(DatabaseTrouble.DATABASE_SLOW);
        assertThat(DatabaseTrouble.of(new IllegalStateException())).isEqualTo(DatabaseTrouble.DATABASE_FAILED);
    }

    @Test
    void theTroubleIsStillKnownWhereOnlyTheTextOfAStackTraceIsLeft() {
        StorageException full = new StorageException("12 ledger rows were not stored", new SQLException("x", "53100"));
        StringWriter trace = new StringWriter();
        new RuntimeException("Job failed", new RuntimeException("task failed", full))
                .printStackTrace(new PrintWriter(trace));

        assertThat(DatabaseTrouble.namedIn(trace.toString())).contains(DATABASE_FULL);
        assertThat(DatabaseTrouble.namedIn("java.lang.OutOfMemoryError: DATABASE_FULL: no"))
                .isEmpty();
        assertThat(DatabaseTrouble.namedIn(StorageException.class.getName() + ": DATABASE_OF_LATER: x"))
                .isEmpty();
    }
}
