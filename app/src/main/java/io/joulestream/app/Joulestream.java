package io.joulestream.app;

import io.joulestream.app.embedded.RefusedDirectoryException;
import io.joulestream.storage.SchemaRefusedException;
import io.joulestream.storage.StorageException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one main. Exit code 0: done; 1: something the user can put right, said in one line; 2: wrong usage. */
@Command(
        name = "joulestream",
        description = {
            "The truth about the energy of AI data centres: PUE, energy per training",
            "token, carbon and cost, each figure with its coverage and method.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Joulestream.Version.class,
        footer = {
            "",
            "Start here:",
            "  joulestream import mlperf-power --once --ac node_0.txt \\",
            "      --mllog result_0.txt --run r1 --site lab",
            "  joulestream import csv power.csv --grid-zone GB",
            "  joulestream up          then open the address it prints",
            "",
            "Each command explains itself: joulestream help COMMAND"
        })
public final class Joulestream {
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            UpCommand.class,
            ApiCommand.class,
            SubmitCommand.class,
            StopCommand.class,
            ImportCommand.class,
            SiteCommand.class,
            DlqCommand.class,
            DbCommand.class,
            TenantCommand.class,
            UserCommand.class,
            KeyCommand.class,
            AlertCommand.class,
            Nvfp4Command.class,
            SavingsCommand.class,
            GenerateCommand.class,
            DoctorCommand.class);

    private Joulestream() {}

    public static void main(String[] arguments) {
        // nothing here speaks the user's language, and Kafka's broker does not start in Turkish
        Locale.setDefault(Locale.ROOT);
        System.exit(run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commandLine = commandLine(arguments)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> explain(exception, command));
        return commandLine.execute(arguments);
    }

    /** Knows the command that is asked for, else all: to read what each can be told takes a fifth of a start. */
    private static CommandLine commandLine(String... arguments) {
        List<Class<?>> asked = COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .toList();
        CommandLine commandLine = new CommandLine(new Joulestream());
        (asked.isEmpty() ? COMMANDS : asked).forEach(commandLine::addSubcommand);
        commandLine.addSubcommand(CommandLine.HelpCommand.class);
        return commandLine;
    }

    /** One line that says what, where and what to do; the rest is in the log. */
    private static int explain(Exception exception, CommandLine command) {
        LoggerFactory.getLogger(Joulestream.class).warn("{} failed", command.getCommandName(), exception);
        boolean expected = exception instanceof UserError
                || exception instanceof RefusedDirectoryException
                || exception instanceof SchemaRefusedException
                || exception instanceof StorageException;
        String message = exception.getMessage() == null ? exception.toString() : exception.getMessage();
        command.getErr()
                .println("joulestream: "
                        + (expected
                                ? message
                                : exception.getClass().getSimpleName() + ": " + message + " (details in the log, "
                                        + Logs.folder() + ")"));
        return 1;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return Versions.all().entrySet().stream()
                    .map(version -> version.getKey() + " " + version.getValue())
                    .toArray(String[]::new);
        }
    }
}
