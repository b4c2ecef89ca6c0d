package io.joulestream.core.inventory;

/**
 * One item of the list of entities: a device, or a range of alike devices.
 *
 * @param parent null when none is given
 * @param owner null when none is given
 * @param prototype every member is like it but for id, parent and owner; null when the item has problems of its own, so
 *     that only the tree's shape can still be checked
 */
record Declaration(
        int line,
        String path,
        int parentLine,
        int ownerLine,
        IdPattern id,
        IdPattern parent,
        IdPattern owner,
        EntityKind kind,
        Role role,
        Entity prototype) {}
