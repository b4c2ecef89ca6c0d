package io.joulestream.api;

import io.joulestream.core.access.Permission;
import java.util.Optional;

/**
 * Who may come to an address: everybody, or whoever has a permission. There is no third way, so that a route says it.
 *
 * @param permission empty: everybody
 */
record Access(Optional<Permission> permission) {
    /** For what tells nothing of any tenant. */
    static Access open() {
        return new Access(Optional.empty());
    }

    static Access needs(Permission permission) {
        return new Access(Optional.of(permission));
    }
}
