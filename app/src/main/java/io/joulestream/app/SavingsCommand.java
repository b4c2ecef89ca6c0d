package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.joulestream.core.savings.Basis;
import io.joulestream.core.savings.Hardware;
import io.joulestream.core.savings.HardwareCatalogue;
import io.joulestream.core.savings.Interval;
import io.joulestream.core.savings.InvalidWorkloadProfileException;
import io.joulestream.core.savings.ModelInput;
import io.joulestream.core.savings.SavingsAnswer;
import io.joulestream.core.savings.SavingsModel;
import io.joulestream.core.savings.WorkloadProfile;
import io.joulestream.storage.Database;
import io.joulestream.storage.RunTotals;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "savings",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "What NVFP4 would do to a run's energy: a modelled potential with its interval, never a claimed saving.",
            "An example of a workload profile is docs/examples/workloads/llama-70b-b200.yaml."
        })
final class SavingsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: potential");
    }

    /** What {@code --json} prints for a potential. Shares are of the baseline's joules; negative is a loss. */
    @JsonPropertyOrder({
        "word",
        "profile",
        "hardware",
        "baseline",
        "basis",
        "direction",
        "step_source",
        "saving_share",
        "baseline_joules",
        "joules",
        "baseline_seconds",
        "seconds",
        "joules_per_token",
        "time_only_saving_share",
        "idle_only_saving_share",
        "inputs",
        "draws",
        "seed"
    })
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Potential(
            String word,
            String profile,
            String hardware,
            String baseline,
            String basis,
            String direction,
            @JsonProperty("step_source") String stepSource,
            @JsonProperty("saving_share") Interval savingShare,
            @JsonProperty("baseline_joules") double baselineJoules,
            Interval joules,
            @JsonProperty("baseline_seconds") double baselineSeconds,
            Interval seconds,
            @JsonProperty("joules_per_token") Interval joulesPerToken,
            @JsonProperty("time_only_saving_share") double timeOnlySavingShare,
            @JsonProperty("idle_only_saving_share") double idleOnlySavingShare,
            List<Input> inputs,
            int draws,
            long seed) {}

    /** One input of the model with the range it was drawn from. */
    record Input(String name, double low, double central, double high, String basis, String source) {
        static Input of(ModelInput input) {
            return new Input(
                    input.name(),
                    input.range().low(),
                    input.range().central(),
                    input.range().high(),
                    lower(input.range().basis()),
                    input.source());
        }
    }

    /** What {@code --json} prints where no potential may be stated. */
    record Refusal(String word, String profile, String reason, String detail) {}

    @Command(
            name = "potential",
            mixinStandardHelpOptions = true,
            description = {
                "Models one training step of a workload profile in NVFP4.",
                "With --run the step's time and energy are taken from the ledger's run, at the nodes' input."
            })
    int potential(
            @Mixin SharedOptions shared,
            @Parameters(paramLabel = "PROFILE") Path file,
            @Option(names = "--run", paramLabel = "ID") String run,
            @Option(names = "--json", description = "One JSON object on the last line.") boolean json) {
        WorkloadProfile profile = profile(file);
        Hardware hardware = HardwareCatalogue.bundled()
                .find(profile.hardware())
                .orElseThrow(() ->
                        new UserError(file + ": no hardware record for " + profile.hardware() + "; there are: "
                                + String.join(
                                        ", ",
                                        HardwareCatalogue.bundled().all().stream()
                                                .map(Hardware::name)
                                                .toList())));
        WorkloadProfile measured = run == null ? profile : ofRun(profile, shared.config(), run);
        String stepSource = run == null ? "profile" : "run " + run + ", energy at the nodes' input";
        PrintWriter out = spec.commandLine().getOut();
        SavingsAnswer answer = SavingsModel.evaluate(measured, hardware);
        if (answer instanceof SavingsAnswer.NotApplicable refusal) {
            Refusal body = new Refusal(
                    "not_applicable", profile.name(), refusal.reason().name(), refusal.detail());
            out.println("not applicable: " + body.reason() + ": " + body.detail());
            printJson(json, body, out);
            return 0;
        }
        Potential body = body(profile, (SavingsAnswer.ModelledPotential) answer, stepSource);
        print(body, out);
        printJson(json, body, out);
        return 0;
    }

    private static WorkloadProfile profile(Path file) {
        try {
            return WorkloadProfile.parse(Files.readString(file));
        } catch (InvalidWorkloadProfileException e) {
            throw new UserError(file + ":\n  " + String.join("\n  ", e.problems()));
        } catch (IOException e) {
            throw new UserError("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The profile with its step as long and as hungry as the run was per token. */
    private static WorkloadProfile ofRun(WorkloadProfile profile, AppConfig config, String run) {
        if (profile.stepTokens() == null) {
            throw new UserError("the profile must state step.tokens to be held against a run");
        }
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        try (Database database = Database.open(endpoints.database())) {
            RunTotals totals = database.queries()
                    .run(config.tenant(), run)
                    .orElseThrow(() -> new UserError("no run " + run + " of tenant " + config.tenant()));
            if (totals.tokens() <= 0 || totals.startedAt().isEmpty()) {
                throw new UserError("run " + run + " has no tokens: NO_TOKENS");
            }
            Duration length =
                    Duration.between(totals.startedAt().get(), totals.endedAt().orElseThrow());
            double steps = (double) totals.tokens() / profile.stepTokens();
            double joules = new BigDecimal(totals.energy().totalMicrojoules(), 6).doubleValue();
            return new WorkloadProfile(
                    profile.name(),
                    profile.hardware(),
                    profile.gpus(),
                    profile.baseline(),
                    length.toMillis() / 1_000.0 / steps,
                    joules / steps,
                    Basis.MEASURED,
                    profile.stepTokens(),
                    profile.overlappedCommunicationSeconds(),
                    profile.idleWatts(),
                    profile.gemms(),
                    profile.assumptions());
        } catch (InvalidWorkloadProfileException e) {
            throw new UserError("run " + run + " does not fit the profile:\n  " + String.join("\n  ", e.problems()));
        }
    }

    private static Potential body(
            WorkloadProfile profile, SavingsAnswer.ModelledPotential potential, String stepSource) {
        return new Potential(
                SavingsAnswer.ModelledPotential.WORD,
                profile.name(),
                potential.hardware(),
                lower(potential.baseline()),
                lower(potential.basis()),
                lower(potential.direction()),
                stepSource,
                potential.savingShare(),
                potential.baselineJoules(),
                potential.joules(),
                potential.baselineSeconds(),
                potential.seconds(),
                potential.joulesPerToken(),
                potential.referenceLines().timeOnlySavingShare(),
                potential.referenceLines().idleOnlySavingShare(),
                potential.inputs().stream().map(Input::of).toList(),
                potential.draws(),
                potential.seed());
    }

    private static void print(Potential body, PrintWriter out) {
        out.println(body.profile() + " on " + body.hardware() + ", " + body.baseline() + " to nvfp4, one step ("
                + body.stepSource() + ")");
        out.println(text(
                "  modelled potential  %+.1f %% of the energy (95 %%: %+.1f to %+.1f), %s; inputs: %s",
                100 * body.savingShare().p50(),
                100 * body.savingShare().p2_5(),
                100 * body.savingShare().p97_5(),
                body.direction(),
                body.basis()));
        out.println(text(
                "  energy              %.0f J -> %.0f J (95 %%: %.0f to %.0f)",
                body.baselineJoules(),
                body.joules().p50(),
                body.joules().p2_5(),
                body.joules().p97_5()));
        out.println(text(
                "  time                %.2f s -> %.2f s",
                body.baselineSeconds(), body.seconds().p50()));
        out.println("  not a measured saving: no matched run, no matched quality");
        for (Input input : body.inputs()) {
            out.println(text(
                    "    %-34s %10.4g  (%.4g to %.4g)  %s",
                    input.name(), input.central(), input.low(), input.high(), input.basis()));
        }
    }

    private static void printJson(boolean json, Object body, PrintWriter out) {
        if (json) {
            out.println(Json.line(body));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
