package io.joulestream.storage;

import java.sql.SQLException;

/** Whom a connection acts as. What each may read and write is in {@code V7__roles.sql} and told in docs/storage.md. */
enum DatabaseRole {
    /** Sees all tenants, for what concerns the database as a whole. Who migrates is a member. */
    MIGRATE("js_migrate"),
    /** Writes the ledger, of all tenants. */
    JOB("js_job"),
    /** Reads what one tenant may see. */
    API("js_api"),
    /** Writes inventories, generations and notes of imports of one tenant. */
    ADMIN("js_admin");

    static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final String sqlName;

    DatabaseRole(String sqlName) {
        this.sqlName = sqlName;
    }

    String sqlName() {
        return sqlName;
    }

    /** Why a login could not take this role, if that is what failed. */
    SQLException explained(SQLException failure, String login) {
        return INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState())
                ? new SQLException(
                        login + " may not act as " + sqlName + "; an administrator of the server runs: grant " + sqlName
                                + " to " + login,
                        failure.getSQLState(),
                        failure)
                : failure;
    }
}
