package io.joulestream.app;

import io.joulestream.storage.Database;
import io.joulestream.storage.KeptMinutes;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "keep",
        mixinStandardHelpOptions = true,
        description = {
            "Removes minutes beyond joulestream.storage.keep-channel-minutes and keep-minutes, once; \"up\" does so by itself.",
            "On a cluster start it every hour or so. On TimescaleDB it also suits chunks to the number of channels."
        })
final class DbKeepCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SharedOptions shared;

    @Mixin
    private DatabaseOptions options;

    @Option(names = "--json", description = "One JSON object on one line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        AppConfig config = shared.config();
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = Database.open(options.address(config));
                MinuteKeeper keeper = new MinuteKeeper(database, config.keep())) {
            Optional<KeptMinutes> kept = keeper.once();
            out.println(
                    json
                            ? Json.line(body(kept))
                            : kept.map(MinuteKeeper::told).orElse("another process is at it; nothing was done"));
        }
        return 0;
    }

    private static Map<String, Object> body(Optional<KeptMinutes> kept) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("done", kept.isPresent());
        kept.ifPresent(done -> {
            body.put("channel_minutes_from", done.channelMinutesFrom().toString());
            body.put("minutes_from", done.minutesFrom().toString());
            body.put("rows_removed", done.rowsRemoved());
            body.put("chunks_removed", done.chunksRemoved());
            body.put("chunks_compressed", done.chunksCompressed());
            body.put(
                    "chunk_seconds_new",
                    done.chunkLength().map(length -> length.toSeconds()).orElse(null));
        });
        return body;
    }
}
