/** Frames and inventory versions on their way into Kafka, and the proof that the job has taken them in. */
package io.joulestream.ingest.kafka;
