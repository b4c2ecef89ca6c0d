package io.joulestream.streaming;

/** Where Flink keeps the ledger's state between checkpoints. */
public enum StateBackend {
    /** On the heap: fast, for up to about 50 sites or 2,000 GPUs. */
    HASHMAP,
    /** On the task managers' local disks: for fleets. Each checkpoint copies only what changed. */
    ROCKSDB
}
