package io.joulestream.core.energy;

/** An owner's ledger as a state backend would keep it between two checkpoints. */
final class LedgerState {
    private byte[] bytes;

    LedgerState copy() {
        LedgerState copy = new LedgerState();
        copy.bytes = bytes;
        return copy;
    }

    OwnerLedger open(OwnerRules rules) {
        return bytes == null ? new OwnerLedger() : OwnerLedgerCodec.decode(bytes, rules);
    }

    void store(OwnerLedger ledger) {
        bytes = OwnerLedgerCodec.encode(ledger);
    }
}
