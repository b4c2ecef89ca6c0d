package io.joulestream.core.account;

/** Steps of time as the ledger counts them: minutes since the epoch, and the ledger step that holds one. */
final class Steps {
    static final int MINUTES_PER_HOUR = 60;

    private Steps() {}

    static long hourOf(long minute) {
        return Math.floorDiv(minute, MINUTES_PER_HOUR);
    }

    /** First minute of the ledger step that holds a minute. */
    static long stepStart(long minute, int ledgerStepSeconds) {
        return Math.floorDiv(minute, ledgerStepSeconds / 60) * (ledgerStepSeconds / 60);
    }
}
