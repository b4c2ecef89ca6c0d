package io.joulestream.app;

import io.joulestream.storage.Database;
import java.time.Instant;
import java.util.Map;

/** A made-up history that can be stored. What an earlier call stored of it is not stored again. */
interface Fill {
    /** The site files of its sites, by site. */
    Map<String, String> yamlBySite();

    /** All that are copied, whether they are there already or not. */
    long rows();

    /** What these rows and their indexes take, about. */
    long bytes();

    String describe();

    /**
     * Returns how many rows were copied.
     *
     * @throws UserError if another history of these sites is there, of which this one is no continuation
     */
    long store(Database database, Progress progress);

    static UserError another(Instant from) {
        return new UserError("the database holds another made-up history of these sites, which does not go on from "
                + from + ": give the same --until as before, a later one, or another database");
    }

    interface Progress {
        /** @param rows of {@link #rows}, so far */
        void at(long rows);
    }
}
