package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.protobuf.TextFormat;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.storage.Database;
import io.joulestream.storage.DeadLetterFilter;
import io.joulestream.storage.KeptDeadLetter;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Replay;
import io.joulestream.wire.Topics;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "dlq",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Dead letters: what was refused, why, and how to send it again.",
            "Mend the reason first (a site's inventory, for one); a letter refused for the same reason again is the same letter and is not counted twice."
        })
final class DlqCommand implements Runnable {
    private static final int SHOWN_BYTES = 256;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: list, show or replay");
    }

    /** One letter as {@code --json} prints it. */
    private record Line(
            String identity,
            String code,
            String site,
            String entity,
            int metric,
            int slot,
            String detail,
            @JsonProperty("seen_at") String seenAt,
            @JsonProperty("payload_bytes") int payloadBytes,
            boolean replayable) {
        static Line of(KeptDeadLetter kept) {
            DeadLetter letter = kept.letter();
            return new Line(
                    letter.identity(),
                    letter.code(),
                    letter.site(),
                    letter.entity(),
                    letter.metric(),
                    letter.slot(),
                    letter.detail(),
                    letter.seenAt().toString(),
                    kept.payloadBytes(),
                    Replay.isReplayable(letter.code()));
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists what was refused, newest first, with records whose tenant could not be read.",
                "Each line ends with the identity that `dlq show` takes."
            })
    int list(
            @Mixin SharedOptions shared,
            @Option(names = "--site", paramLabel = "SITE", description = "Only the letters of this site.") String site,
            @Option(names = "--code", paramLabel = "CODE", description = "Only those refused for this reason.")
                    String code,
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            description = "Only from this instant on, such as 2026-01-01T00:00:00Z.")
                    String since,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many letters. Default: ${DEFAULT-VALUE}.")
                    int limit,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        if (limit < 1 || limit > 100_000) {
            throw new UserError("--limit must be 1 to 100000, was " + limit);
        }
        AppConfig config = shared.config();
        DeadLetterFilter filter = new DeadLetterFilter(
                config.tenant(), site == null, site, code == null ? null : known(code), since(since));
        List<KeptDeadLetter> letters;
        try (Database database =
                Database.open(Endpoints.ofRunningServiceOrRefuse(config).database())) {
            letters = database.queries().deadLetters(filter, limit + 1);
        }
        boolean more = letters.size() > limit;
        List<KeptDeadLetter> shown = more ? letters.subList(0, limit) : letters;
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("letters", shown.stream().map(Line::of).toList());
            body.put("more", more);
            out().println(Json.line(body));
            return 0;
        }
        for (DeadLetter letter : shown.stream().map(KeptDeadLetter::letter).toList()) {
            out().println(letter.seenAt() + "  " + letter.code() + "  " + dash(letter.site()) + "  " + subject(letter)
                    + "  " + letter.detail() + "  " + letter.identity());
        }
        if (shown.isEmpty()) {
            out().println("no dead letters");
        } else if (more) {
            out().println("and more; see: --limit");
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints one dead letter with what it holds, as far as the database keeps it (64 KiB).")
    int show(
            @Mixin SharedOptions shared,
            @Parameters(paramLabel = "IDENTITY", description = "As `dlq list` prints it.") String identity) {
        AppConfig config = shared.config();
        try (Database database =
                Database.open(Endpoints.ofRunningServiceOrRefuse(config).database())) {
            KeptDeadLetter kept = database.queries()
                    .deadLetter(config.tenant(), identity)
                    .orElseThrow(() -> new UserError("no dead letter " + identity + "; see: joulestream dlq list"));
            print(kept);
        }
        return 0;
    }

    private void print(KeptDeadLetter kept) {
        DeadLetter letter = kept.letter();
        out().println("identity  " + letter.identity());
        out().println("code      " + letter.code() + (Replay.isReplayable(letter.code()) ? "" : " (not replayable)"));
        out().println("detail    " + letter.detail());
        out().println("seen at   " + letter.seenAt());
        out().println("tenant    " + dash(letter.tenant()) + ", site " + dash(letter.site()));
        out().println("subject   " + subject(letter));
        if (letter.payload().length == 0) {
            out().println("payload   none: it was counted only");
        } else if (letter.payload().length < kept.payloadBytes()) {
            out().println("payload   " + kept.payloadBytes() + " bytes, of which the first " + letter.payload().length
                    + " are kept here and all on topic " + Topics.DEAD_LETTERS + ", beginning with "
                    + start(letter.payload()));
        } else if (FrameCodec.decode(letter.payload()) instanceof FrameResult.Decoded decoded) {
            out().println("payload   a frame of " + letter.payload().length + " bytes:");
            out().print(TextFormat.printer().printToString(decoded.frame()));
        } else {
            out().println("payload   " + letter.payload().length + " bytes that are no frame, beginning with "
                    + start(letter.payload()));
        }
        out().flush();
    }

    private static String start(byte[] payload) {
        return HexFormat.of().formatHex(payload, 0, Math.min(SHOWN_BYTES, payload.length));
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = {
                "Sends dead letters again that came since the last replay.",
                "Each letter of the code is sent once and whole; the command waits until they are settled. What is refused again is counted under its first identity.",
                "Not replayable: DUP_CONFLICT, LATE_REDUNDANT, CORRECTION_LATE, TOO_OLD, BEFORE_FLOOR."
            })
    int replay(
            @Mixin SharedOptions shared,
            @Option(names = "--code", paramLabel = "CODE", required = true, description = "As dlq list prints it.")
                    String code,
            @Option(names = "--site", paramLabel = "SITE", description = "Only the letters of this site.") String site,
            @Option(
                            names = "--again",
                            description =
                                    "From the first letter on, also what an earlier replay sent: what the ledger already holds may be told as LATE_REDUNDANT.")
                    boolean again,
            @Option(names = "--dry-run", description = "Tells what would be sent, and sends nothing.") boolean dryRun)
            throws InterruptedException {
        String wanted = known(code);
        if (!Replay.isReplayable(wanted)) {
            throw new UserError(wanted + " is not replayable: " + whyNot(wanted));
        }
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        DeadLetterFilter filter = new DeadLetterFilter(config.tenant(), true, site, wanted, null);
        try (DeadLetterReplay replay = new DeadLetterReplay(config, endpoints, filter, again)) {
            DeadLetterReplay.Told told = dryRun ? replay.count() : replay.send();
            told.refused().forEach((why, count) -> out().println(count + " left out: " + why));
            told.byTopic()
                    .forEach((topic, count) -> out().println(count
                            + (dryRun ? " would be sent to " + topic : " sent to " + topic + " and settled")));
            if (told.byTopic().isEmpty()) {
                out().println(
                                told.since()
                                        ? "nothing to send since the last replay; all again: --again"
                                        : "nothing to send");
            }
        }
        return 0;
    }

    private static String whyNot(String code) {
        return switch (RejectCode.valueOf(code)) {
            case DUP_CONFLICT -> "the better of the two values is held";
            case SENTINEL -> "there is no value to send";
            case SEQ_REGRESSION -> "its readings were taken";
            default -> "it would come later still; see: joulestream site rebuild";
        };
    }

    private static String known(String code) {
        String name = code.toUpperCase(Locale.ROOT);
        if (Arrays.stream(RejectCode.values()).noneMatch(known -> known.name().equals(name))) {
            throw new UserError("no such code: " + code + "; there are "
                    + String.join(
                            ", ",
                            Arrays.stream(RejectCode.values()).map(Enum::name).toList()));
        }
        return name;
    }

    private static Instant since(String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new UserError("--since must be an instant such as 2026-01-01T00:00:00Z, was " + text);
        }
    }

    private static String subject(DeadLetter letter) {
        if (letter.entity().isEmpty()) {
            return "whole frame";
        }
        return letter.entity()
                + (letter.metric() == 0 ? "" : " metric " + letter.metric())
                + (letter.slot() < 0 ? "" : " slot " + letter.slot());
    }

    private static String dash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
