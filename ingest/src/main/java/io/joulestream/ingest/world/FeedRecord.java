package io.joulestream.ingest.world;

/** One Kafka record: {@code key} is tenant|site|owner, {@code value} what should be a frame. */
public record FeedRecord(String key, byte[] value) {}
