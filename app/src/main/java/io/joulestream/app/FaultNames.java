package io.joulestream.app;

import io.joulestream.ingest.world.Fault;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The faults a user names. */
final class FaultNames {
    private FaultNames() {}

    static Set<Fault> parse(List<String> names) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String name : names) {
            faults.add(
                    Fault.named(name).orElseThrow(() -> new UserError("--faults knows " + known() + ", not " + name)));
        }
        return faults;
    }

    private static String known() {
        return Arrays.stream(Fault.values()).map(Fault::faultName).collect(Collectors.joining(", "));
    }
}
