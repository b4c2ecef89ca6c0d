package io.joulestream.core.nvfp4;

import java.io.IOException;
import java.util.List;

/**
 * Who does the independent pieces a tensor is cut into. The quantiser has no threads of its own: it does everything on the
 * calling one, or hands pieces to what the caller gives it.
 *
 * <p>How a tensor is cut depends on its shape alone, so results, the sums of the metrics included, are the same for any
 * number of workers.
 */
public interface Workers {
    /** The calling thread, which does one piece after the other. */
    Workers CALLER = new Workers() {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public void doAll(List<Piece> pieces) throws IOException {
            for (Piece piece : pieces) {
                piece.run();
            }
        }
    };

    /** Pieces that can be done at the same time, at least 1; a bound for the memory that is taken. */
    int count();

    /**
     * Does every piece once, in any order, on any threads, and returns when none is running any more; what they wrote is
     * then visible to the caller.
     *
     * @throws IOException the first that a piece threw; pieces not yet begun may then be left out
     */
    void doAll(List<Piece> pieces) throws IOException;

    /** One piece of work. */
    interface Piece {
        void run() throws IOException;
    }
}
