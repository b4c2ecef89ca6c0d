/**
 * The ledger in PostgreSQL: its schema, the idempotent way rows get in, and the questions it answers.
 *
 * <p>{@link io.joulestream.storage.Database} opens and migrates; {@link io.joulestream.storage.LedgerWriter} and
 * {@link io.joulestream.storage.LedgerTables} write; {@link io.joulestream.storage.LedgerQueries} and
 * {@link io.joulestream.storage.SiteStore} read.
 */
package io.joulestream.storage;
