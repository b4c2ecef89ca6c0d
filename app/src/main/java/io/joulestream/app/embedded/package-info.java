/**
 * The servers of the all-in-one: a Kafka broker in this process and a PostgreSQL beside it, both living in one data
 * directory that outlives a restart, an upgrade and a kill.
 */
package io.joulestream.app.embedded;
