/** MLPerf training logs: power readings of nodes and meters, and the run they belong to. */
package io.joulestream.ingest.mlperf;
