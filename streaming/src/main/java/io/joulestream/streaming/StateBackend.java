package io.joulestream.streaming;

import java.util.Locale;

/** Where Flink keeps the ledger's state between checkpoints. */
public enum StateBackend {
    /** On the heap: fast, for up to about 50 sites or 2,000 GPUs. */
    HASHMAP,
    /** On the task managers' local disks: for fleets. Each checkpoint copies only what changed. */
    ROCKSDB;

    private static final int HEAP_SITES = 50;
    private static final int HEAP_GPUS = 2_000;

    /** The one that suits an installation of this size. */
    public static StateBackend suiting(long sites, long gpus) {
        return sites > HEAP_SITES || gpus > HEAP_GPUS ? ROCKSDB : HASHMAP;
    }

    /** As in settings, the product's and Flink's. */
    public String settingName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
