package io.joulestream.app;

import static java.util.Comparator.comparing;

import io.joulestream.storage.DatabaseAddress;
import io.joulestream.storage.DatabaseCheck;
import io.joulestream.storage.DatabaseCheck.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at the ledger's database, and says of each thing whether it is well, and if not what to do.",
            "Changes nothing. Ends with 0 when all is ok, with 3 when the worst is a warning, with 1 when something failed."
        })
final class DbDoctorCommand implements Callable<Integer> {
    private static final long LEAST_FREE_BYTES = 2L << 30;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Mixin
    private DatabaseOptions database;

    @Option(names = "--json", description = "One JSON object on one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AppConfig config = shared.config();
        DatabaseAddress address = database.address(config);
        List<DatabaseCheck> checks = new ArrayList<>(DatabaseCheck.all(address, Clock.systemUTC()));
        checks.add(disk(config, address));
        Verdict worst = checks.stream()
                .map(DatabaseCheck::verdict)
                .max(comparing(Verdict::ordinal))
                .orElseThrow();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("worst", name(worst));
            body.put("checks", checks.stream().map(DbDoctorCommand::body).toList());
            out.println(Json.line(body));
        } else {
            checks.forEach(check -> print(out, check));
        }
        return switch (worst) {
            case OK -> 0;
            case WARN -> 3;
            case FAIL -> 1;
        };
    }

    private static DatabaseCheck disk(AppConfig config, DatabaseAddress address) throws IOException {
        OptionalLong known = ServerDisk.freeBytes(config, address);
        if (known.isEmpty()) {
            return new DatabaseCheck(
                    "disk", Verdict.OK, "not known: the server's disk is not this machine's to ask", Optional.empty());
        }
        long free = known.getAsLong();
        String found = String.format(
                Locale.ROOT, "%.1f GiB free for %s", free / (double) (1L << 30), ServerDisk.folder(config));
        return free < LEAST_FREE_BYTES
                ? new DatabaseCheck(
                        "disk", Verdict.FAIL, found, Optional.of("free some: below 2 GiB the database may stop"))
                : new DatabaseCheck("disk", Verdict.OK, found, Optional.empty());
    }

    private static void print(PrintWriter out, DatabaseCheck check) {
        out.println(String.format(Locale.ROOT, "%-5s%-20s%s", name(check.verdict()), check.name(), check.found()));
        check.remedy().ifPresent(remedy -> out.println(String.format(Locale.ROOT, "%-25s%s", "", "-> " + remedy)));
    }

    private static Map<String, Object> body(DatabaseCheck check) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", check.name());
        body.put("verdict", name(check.verdict()));
        body.put("found", check.found());
        body.put("remedy", check.remedy().orElse(null));
        return body;
    }

    private static String name(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
