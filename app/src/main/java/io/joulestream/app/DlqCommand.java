package io.joulestream.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.protobuf.TextFormat;
import io.joulestream.core.ledger.DeadLetter;
import io.joulestream.core.ledger.RejectCode;
import io.joulestream.ingest.kafka.FramePublisher;
import io.joulestream.ingest.kafka.Settlement;
import io.joulestream.storage.Database;
import io.joulestream.storage.DeadLetterFilter;
import io.joulestream.wire.FrameCodec;
import io.joulestream.wire.FrameResult;
import io.joulestream.wire.Replay;
import io.joulestream.wire.Topics;
import io.joulestream.wire.kafka.DeadLetterReader;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
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
            "Mend the reason first (a site's inventory, for one); a letter refused for the same reason again is the same",
            "letter and is not counted twice."
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
        static Line of(DeadLetter letter) {
            return new Line(
                    letter.identity(),
                    letter.code(),
                    letter.site(),
                    letter.entity(),
                    letter.metric(),
                    letter.slot(),
                    letter.detail(),
                    letter.seenAt().toString(),
                    letter.payload().length,
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
            @Option(names = "--site", paramLabel = "SITE") String site,
            @Option(names = "--code", paramLabel = "CODE") String code,
            @Option(names = "--since", paramLabel = "TIME", description = "An instant such as 2026-01-01T00:00:00Z.")
                    String since,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int limit,
            @Option(names = "--json", description = "One JSON object on one line.") boolean json) {
        if (limit < 1 || limit > 100_000) {
            throw new UserError("--limit must be 1 to 100000, was " + limit);
        }
        AppConfig config = shared.config();
        DeadLetterFilter filter = new DeadLetterFilter(
                config.tenant(), site == null, site, code == null ? null : known(code), since(since));
        List<DeadLetter> letters;
        try (Database database =
                Database.open(Endpoints.ofRunningServiceOrRefuse(config).database())) {
            letters = database.queries().deadLetters(filter, limit + 1);
        }
        boolean more = letters.size() > limit;
        List<DeadLetter> shown = more ? letters.subList(0, limit) : letters;
        if (json) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("letters", shown.stream().map(Line::of).toList());
            body.put("more", more);
            out().println(Json.line(body));
            return 0;
        }
        for (DeadLetter letter : shown) {
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
            DeadLetter letter = database.queries()
                    .deadLetter(config.tenant(), identity)
                    .orElseThrow(() -> new UserError("no dead letter " + identity + "; see: joulestream dlq list"));
            print(letter);
        }
        return 0;
    }

    private void print(DeadLetter letter) {
        out().println("identity  " + letter.identity());
        out().println("code      " + letter.code() + (Replay.isReplayable(letter.code()) ? "" : " (not replayable)"));
        out().println("detail    " + letter.detail());
        out().println("seen at   " + letter.seenAt());
        out().println("tenant    " + dash(letter.tenant()) + ", site " + dash(letter.site()));
        out().println("subject   " + subject(letter));
        if (letter.payload().length == 0) {
            out().println("payload   none: it was counted only");
        } else if (FrameCodec.decode(letter.payload()) instanceof FrameResult.Decoded decoded) {
            out().println("payload   a frame of " + letter.payload().length + " bytes:");
            out().print(TextFormat.printer().printToString(decoded.frame()));
        } else {
            byte[] start = Arrays.copyOf(letter.payload(), Math.min(SHOWN_BYTES, letter.payload().length));
            out().println("payload   " + letter.payload().length + " bytes that are no frame, beginning with "
                    + HexFormat.of().formatHex(start));
        }
        out().flush();
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = {
                "Sends dead letters of one code again, each once, whole from the dead-letter topic, and waits until they",
                "are settled. What is refused again is counted under its first identity.",
                "Not replayable: DUP_CONFLICT, LATE_REDUNDANT, CORRECTION_LATE, TOO_OLD, BEFORE_FLOOR."
            })
    int replay(
            @Mixin SharedOptions shared,
            @Option(names = "--code", paramLabel = "CODE", required = true) String code,
            @Option(names = "--site", paramLabel = "SITE") String site,
            @Option(names = "--dry-run", description = "Tells what would be sent, and sends nothing.") boolean dryRun)
            throws InterruptedException {
        String wanted = known(code);
        if (!Replay.isReplayable(wanted)) {
            throw new UserError(wanted + " is not replayable: " + whyNot(wanted));
        }
        AppConfig config = shared.config();
        Endpoints endpoints = Endpoints.ofRunningServiceOrRefuse(config);
        long now = Clock.systemUTC().millis();
        Map<String, List<Replay.Frame>> byTopic = new TreeMap<>();
        Map<String, Integer> refused = new TreeMap<>();
        Map<String, Integer> generations = new HashMap<>();
        try (Database database = Database.open(endpoints.database());
                DeadLetterReader reader = new DeadLetterReader(endpoints.kafkaSettings())) {
            reader.read(config.importPatience(), letter -> {
                boolean ofTenant = letter.tenant().equals(config.tenant())
                        || letter.tenant().isEmpty();
                if (!letter.code().equals(wanted)
                        || !ofTenant
                        || site != null && !letter.site().equals(site)) {
                    return;
                }
                Replay replay = Replay.of(letter, config.tenant(), now);
                if (replay instanceof Replay.Frame frame) {
                    int generation = generations.computeIfAbsent(
                            frame.frame().getSiteId(),
                            ofSite -> database.generations().inForce(config.tenant(), ofSite));
                    byTopic.computeIfAbsent(topicOf(frame, generation), topic -> new ArrayList<>())
                            .add(frame);
                } else if (replay instanceof Replay.Refused why) {
                    refused.merge(why.why(), 1, Integer::sum);
                }
            });
        }
        refused.forEach((why, count) -> out().println(count + " left out: " + why));
        if (byTopic.isEmpty()) {
            out().println("nothing to send");
        }
        for (Map.Entry<String, List<Replay.Frame>> topic : byTopic.entrySet()) {
            int count = topic.getValue().size();
            if (dryRun) {
                out().println(count + " would be sent to " + topic.getKey());
            } else {
                send(config, endpoints, topic.getKey(), topic.getValue());
                out().println(count + " sent to " + topic.getKey() + " and settled");
            }
        }
        return 0;
    }

    /** The topic that the site's generation in force reads; that of a site never rebuilt is where the letter's record stood. */
    private static String topicOf(Replay.Frame frame, int generation) {
        return generation == 0
                ? frame.topic()
                : Topics.telemetry(frame.frame().getTenantId(), frame.frame().getSiteId(), generation);
    }

    private static void send(AppConfig config, Endpoints endpoints, String topic, List<Replay.Frame> frames)
            throws InterruptedException {
        try (FramePublisher publisher = new FramePublisher(endpoints.kafkaSettings(), topic);
                Admin admin = Admin.create(endpoints.kafkaSettings())) {
            frames.forEach(frame -> publisher.publish(frame.frame()));
            publisher.flush();
            Settlement.Outcome outcome = new Settlement(admin, endpoints.group(), publisher::nudge)
                    .await(publisher.highestOffsets(), config.importPatience());
            if (outcome instanceof Settlement.Outcome.TimedOut late) {
                throw new UserError("sent, but not settled within " + config.importPatience() + ": " + late.missing());
            }
        }
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
