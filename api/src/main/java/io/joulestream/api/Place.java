package io.joulestream.api;

/** What a request may do with its turn, see {@link Turns}. */
interface Place {
    /** Of what nobody waits for. */
    Place NONE = new Place() {
        @Override
        public void giveUp() {}

        @Override
        public void haveDone(Errand errand) {
            errand.drop();
        }
    };

    /** From now on this waits for somebody else: others may have their answers made. May be called again. */
    void giveUp();

    /** Has something done in another turn of the same sender, when no request waits that may have it. */
    void haveDone(Errand errand);
}
