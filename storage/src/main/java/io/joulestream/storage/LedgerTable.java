package io.joulestream.storage;

import java.io.Serializable;

/** A kind of row that can be written. Serializable, so that a sink can carry it to where it runs. */
@FunctionalInterface
public interface LedgerTable<T> extends Serializable {
    RowWriter<T> openWriter(DatabaseAddress address);
}
