package io.joulestream.core.inventory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Expands the declarations of a site and checks the tree they make: every entity once, with one parent that exists, no
 * cycle, and no total that would sum two levels.
 *
 * <p>Members of a range tend to be wrong in the same way, so each kind of problem is told once per declaration, with the
 * first member and the number of the others.
 */
final class MeteringTree {
    private static final int NONE = -1;
    private static final int MAX_DEPTH = 64;

    private final List<Declaration> declarations;
    private final Role itBoundary;
    private final Problems problems;
    private final Map<String, Repeated> repeated = new LinkedHashMap<>();

    private final String[] ids;
    private final int[] declarationOf;
    private final Map<String, Integer> indexById;
    /** Before resolution the ids as bound to each member; null for none. */
    private final String[] parentIds;

    private final String[] ownerIds;
    private final int[] parents;
    private final int[] owners;
    private int count;

    /**
     * @param itBoundary null when the file gives no valid one
     * @param size the sum of the members of all declarations, already known to be within limits
     */
    MeteringTree(List<Declaration> declarations, Role itBoundary, int size, Problems problems) {
        this.declarations = declarations;
        this.itBoundary = itBoundary;
        this.problems = problems;
        this.ids = new String[size];
        this.declarationOf = new int[size];
        this.indexById = new HashMap<>(size * 4 / 3 + 1);
        this.parentIds = new String[size];
        this.ownerIds = new String[size];
        this.parents = new int[size];
        this.owners = new int[size];
    }

    /** All entities in the order of the file; not to be used when there are problems. */
    List<Entity> entities() {
        for (int d = 0; d < declarations.size(); d++) {
            expand(d);
        }
        resolveParents();
        cutCycles();
        resolveOwners();
        checkRoles();
        checkOwnerSizes();
        repeated.values().forEach(Repeated::report);
        return problems.isEmpty() ? build() : List.of();
    }

    private void expand(int d) {
        Declaration declaration = declarations.get(d);
        int[] ordinals = new int[declaration.id().ranges().size()];
        Bound parent = new Bound(declaration.parent());
        Bound owner = new Bound(declaration.owner());
        do {
            String id = declaration.id().member(ordinals);
            String parentId = parent.at(ordinals);
            Integer first = indexById.putIfAbsent(id, count);
            if (first != null) {
                reportDuplicate(d, first, id, parentId);
                continue;
            }
            ids[count] = id;
            declarationOf[count] = d;
            parentIds[count] = parentId;
            ownerIds[count] = owner.at(ordinals);
            count++;
        } while (declaration.id().next(ordinals));
    }

    private void reportDuplicate(int d, int first, String id, String parentId) {
        int firstLine = declarations.get(declarationOf[first]).line();
        String firstParent = parentIds[first];
        String message = firstParent != null && parentId != null && !firstParent.equals(parentId)
                ? "'" + id + "' has two parents: '" + firstParent + "' (line " + firstLine + ") and '" + parentId
                        + "'; an entity has one"
                : "'" + id + "' is listed twice, first on line " + firstLine;
        Declaration declaration = declarations.get(d);
        report(d, "duplicate", declaration.line(), declaration.path() + ".id", message);
    }

    private void resolveParents() {
        for (int i = 0; i < count; i++) {
            Declaration declaration = declarations.get(declarationOf[i]);
            parents[i] = NONE;
            if (parentIds[i] == null) {
                continue;
            }
            Integer parent = indexById.get(parentIds[i]);
            if (parent == null) {
                String message = "parent '" + parentIds[i] + "' of '" + ids[i] + "' does not exist";
                report(declarationOf[i], "parent", declaration.parentLine(), declaration.path() + ".parent", message);
            } else {
                parents[i] = parent;
            }
        }
    }

    /** Walks up from every entity; what it meets a second time on one walk is a cycle, and cut there to go on. */
    private void cutCycles() {
        int[] depths = new int[count];
        int[] walk = new int[count];
        int onThisWalk = -1;
        for (int start = 0; start < count; start++) {
            int length = 0;
            int at = start;
            while (at != NONE && depths[at] == 0) {
                depths[at] = onThisWalk;
                walk[length++] = at;
                at = parents[at];
            }
            if (at != NONE && depths[at] == onThisWalk) {
                reportCycle(walk, length, at);
                parents[walk[length - 1]] = NONE;
                at = NONE;
            }
            int depth = at == NONE ? 0 : depths[at];
            while (length > 0) {
                int entity = walk[--length];
                if (++depth > MAX_DEPTH) {
                    Declaration declaration = declarations.get(declarationOf[entity]);
                    String message = "'" + ids[entity] + "' lies deeper than " + MAX_DEPTH + " levels";
                    report(
                            declarationOf[entity],
                            "depth",
                            declaration.parentLine(),
                            declaration.path() + ".parent",
                            message);
                    parents[entity] = NONE;
                    depth = 1;
                }
                depths[entity] = depth;
            }
        }
    }

    private void reportCycle(int[] walk, int length, int at) {
        int from = 0;
        while (walk[from] != at) {
            from++;
        }
        StringBuilder cycle = new StringBuilder();
        int shown = Math.min(length - from, 8);
        for (int i = from; i < from + shown; i++) {
            cycle.append("'").append(ids[walk[i]]).append("' -> ");
        }
        cycle.append(shown < length - from ? "... -> " : "")
                .append("'")
                .append(ids[at])
                .append("'");
        Declaration declaration = declarations.get(declarationOf[at]);
        String message = "'" + ids[at] + "' is its own ancestor: " + cycle;
        report(declarationOf[at], "cycle", declaration.parentLine(), declaration.path() + ".parent", message);
    }

    private void resolveOwners() {
        for (int i = 0; i < count; i++) {
            owners[i] = i;
            if (ownerIds[i] == null) {
                int at = i;
                while (at != NONE && isPart(at)) {
                    at = parents[at];
                }
                owners[i] = at == NONE ? i : at;
                continue;
            }
            Integer owner = indexById.get(ownerIds[i]);
            if (owner == null) {
                Declaration declaration = declarations.get(declarationOf[i]);
                String message = "owner '" + ownerIds[i] + "' of '" + ids[i] + "' does not exist";
                report(declarationOf[i], "owner", declaration.ownerLine(), declaration.path() + ".owner", message);
            } else {
                owners[i] = owner;
            }
        }
    }

    private boolean isPart(int i) {
        EntityKind kind = declarations.get(declarationOf[i]).kind();
        return kind != null && kind.isPartOfADevice();
    }

    /** One level summed per total: nothing that is added up may lie below another of the same role. */
    private void checkRoles() {
        boolean boundaryExists = false;
        int firstOtherPlace = NONE;
        for (int i = 0; i < count; i++) {
            Role role = roleOf(i);
            boundaryExists |= role != null && role == itBoundary;
            if (role == null || !role.isSummed()) {
                continue;
            }
            if (role.isItMeasuringPlace() && role != itBoundary && firstOtherPlace == NONE) {
                firstOtherPlace = i;
            }
            for (int above = parents[i]; above != NONE; above = parents[above]) {
                if (roleOf(above) == role) {
                    Declaration declaration = declarations.get(declarationOf[i]);
                    String total = role == itBoundary ? ", where this site measures its IT energy" : "";
                    String message = role + " '" + ids[i] + "' lies below " + role + " '" + ids[above] + "'" + total
                            + "; a total sums one level, so the same energy would count twice";
                    report(declarationOf[i], "nested", declaration.line(), declaration.path() + ".role", message);
                    break;
                }
            }
        }
        if (itBoundary != null && !boundaryExists && firstOtherPlace != NONE) {
            Declaration declaration = declarations.get(declarationOf[firstOtherPlace]);
            String message = "itBoundary is " + itBoundary + ", but no entity has this role; '" + ids[firstOtherPlace]
                    + "' has " + roleOf(firstOtherPlace);
            problems.add(declaration.line(), declaration.path() + ".role", message);
        }
    }

    private Role roleOf(int i) {
        return declarations.get(declarationOf[i]).role();
    }

    private void checkOwnerSizes() {
        int[] owned = new int[count];
        for (int i = 0; i < count; i++) {
            owned[owners[i]]++;
        }
        for (int i = 0; i < count; i++) {
            if (owned[i] > SiteInventoryParser.MAX_ENTITIES_PER_OWNER) {
                Declaration declaration = declarations.get(declarationOf[i]);
                String message = "'" + ids[i] + "' owns " + owned[i] + " entities; one frame carries at most "
                        + SiteInventoryParser.MAX_ENTITIES_PER_OWNER;
                report(declarationOf[i], "owned", declaration.line(), declaration.path(), message);
            }
        }
    }

    private List<Entity> build() {
        Entity[] entities = new Entity[count];
        for (int i = 0; i < count; i++) {
            String parentId = parents[i] == NONE ? null : ids[parents[i]];
            entities[i] = declarations.get(declarationOf[i]).prototype().as(ids[i], parentId, ids[owners[i]]);
        }
        return Arrays.asList(entities);
    }

    private void report(int declaration, String kind, int line, String path, String message) {
        repeated.computeIfAbsent(declaration + kind, first -> new Repeated(line, path, message)).times++;
    }

    /** An id of a parent or owner, bound member by member; rebuilt only when an ordinal it depends on has changed. */
    private static final class Bound {
        private final IdPattern pattern;
        private final int[] last;
        private String id;

        Bound(IdPattern pattern) {
            this.pattern = pattern;
            this.last = new int[pattern == null ? 0 : pattern.ranges().size()];
        }

        String at(int[] ordinals) {
            if (pattern == null) {
                return null;
            }
            if (id == null || !Arrays.equals(last, 0, last.length, ordinals, 0, last.length)) {
                System.arraycopy(ordinals, 0, last, 0, last.length);
                id = pattern.member(ordinals);
            }
            return id;
        }
    }

    private final class Repeated {
        private final int line;
        private final String path;
        private final String message;
        private int times;

        Repeated(int line, String path, String message) {
            this.line = line;
            this.path = path;
            this.message = message;
        }

        void report() {
            problems.add(line, path, times == 1 ? message : message + " (and " + (times - 1) + " more of this range)");
        }
    }
}
