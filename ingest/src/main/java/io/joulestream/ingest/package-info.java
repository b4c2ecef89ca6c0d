/**
 * From files and agents to frames on Kafka.
 *
 * <p>What a file says becomes frames whose identity depends on its bytes alone, so importing it again adds nothing. What
 * a file gets wrong becomes a {@link io.joulestream.ingest.Problem}: one line that says what, where and what to do.
 */
package io.joulestream.ingest;
