/**
 * A capture of real GPUs in training: a table of what NVML said and a log of what the job did, as frames.
 *
 * <p>{@link io.joulestream.ingest.capture.Capture#read} takes a directory, or says what is wrong with it;
 * {@link io.joulestream.ingest.capture.ImportedCapture#of} makes frames of it.
 */
package io.joulestream.ingest.capture;
