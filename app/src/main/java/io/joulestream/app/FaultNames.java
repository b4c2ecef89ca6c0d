package io.joulestream.app;

import io.joulestream.ingest.world.Fault;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The faults a user names. */
final class FaultNames {
    static final String DESCRIPTION = "What goes wrong at devices, agents and links, by name, or all.";

    private static final String ALL = "all";

    private FaultNames() {}

    static Set<Fault> parse(List<String> names) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String name : names) {
            if (name.equals(ALL)) {
                faults.addAll(EnumSet.allOf(Fault.class));
            } else {
                faults.add(Fault.named(name)
                        .orElseThrow(() -> new UserError("--faults knows all, " + Fault.names() + ", not " + name)));
            }
        }
        return faults;
    }
}
