package io.joulestream.app;

import io.joulestream.storage.Database;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tenant",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Tenants of the database. A process serves one: joulestream.tenant, or --tenant.")
final class TenantCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: create or list");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Adds a tenant, and shows the key of its administrator.")
    int create(
            @Mixin SharedOptions shared,
            @Mixin DatabaseOptions options,
            @Parameters(paramLabel = "NAME", description = "1 to 40 of a to z, 0 to 9 and -.") String name) {
        AppConfig config = shared.config();
        try (Database database = Database.open(options.address(config))) {
            if (!Identities.showFirstKey(database.identity(), name, out())) {
                throw new UserError("there is a tenant " + name
                        + " already, with members; a key of one: joulestream key create --tenant " + name);
            }
        }
        return 0;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the tenants, in order.")
    int list(@Mixin SharedOptions shared, @Mixin DatabaseOptions options) {
        List<String> tenants;
        try (Database database = Database.open(options.address(shared.config()))) {
            tenants = database.identity().tenants();
        }
        tenants.forEach(out()::println);
        if (tenants.isEmpty()) {
            out().println("no tenants");
        }
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
