package io.joulestream.app.truth;

import io.joulestream.ingest.world.TruthFile;
import java.sql.Connection;
import java.sql.SQLException;

public final class LedgerCheck {
    private LedgerCheck() {}

    /** Compares all rows of the truth's sites whose time is over at the truth's end. Only reads. */
    public static CheckReport compare(TruthFile truth, Connection database) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
