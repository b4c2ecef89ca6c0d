package io.joulestream.storage;

import io.joulestream.core.ledger.Revised;

/**
 * A kind of row that carries a generation and a revision: of two with one key the greater pair is kept.
 *
 * @param <T> the row
 */
interface RevisedRow<T extends Revised> extends RowShape<T> {
    @Override
    default T keep(T earlier, T later) {
        return later.supersedes(earlier) ? later : earlier;
    }
}
