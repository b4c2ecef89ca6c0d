package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.storage.testing.LedgerServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class KeeperLockIT {
    private static final String WORK = "of a test of locks";

    @Test
    void aConnectionWithoutTheLockIsClosed() throws SQLException {
        DatabaseAddress address = LedgerServer.newDatabase();
        Connection first = LedgerConnection.openKeeper(address);
        Connection second = LedgerConnection.openKeeper(address);
        try (KeeperLock held = KeeperLock.take(first, WORK).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(first.isClosed()).isFalse();

            assertThat(KeeperLock.take(second, WORK)).isEmpty();
            assertThat(second.isClosed()).isTrue();
        }
        assertThat(first.isClosed()).isTrue();
    }

    @Test
    void aConnectionThatCannotBeAskedIsClosed() throws SQLException {
        try (Connection broken = LedgerConnection.openKeeper(LedgerServer.newDatabase());
                Statement statement = broken.createStatement()) {
            broken.setAutoCommit(false);
            assertThatThrownBy(() -> statement.execute("select 1 / 0")).isInstanceOf(SQLException.class);

            assertThatThrownBy(() -> KeeperLock.take(broken, WORK)).isInstanceOf(SQLException.class);
            assertThat(broken.isClosed()).isTrue();
        }
    }
}
