package io.joulestream.api;

import io.joulestream.core.access.Permission;
import java.util.Set;

/**
 * Who asks, as far as was proven.
 *
 * @param name a member's; for the log
 */
record Caller(String name, Set<Permission> permissions) {
    Caller {
        permissions = Set.copyOf(permissions);
    }
}
