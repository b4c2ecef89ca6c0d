package io.joulestream.app;

import io.joulestream.storage.Database;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Work that is done for each tenant of a database. */
final class Tenants {
    private Tenants() {}

    /**
     * Does it for all, and throws what failed first afterwards: a tenant that fails keeps no other from its turn.
     *
     * @param own one that has its turn whether anybody made it or not
     */
    static void each(Database database, String own, Consumer<String> work) {
        Set<String> tenants = new TreeSet<>(database.identity().tenants());
        tenants.add(own);
        RuntimeException first = null;
        for (String tenant : tenants) {
            try {
                work.accept(tenant);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
