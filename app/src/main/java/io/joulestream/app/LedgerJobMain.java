package io.joulestream.app;

import io.joulestream.streaming.LedgerJob;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The ledger job for {@code flink run joulestream-job.jar [SETTINGS-FILE]}. Settings are those of {@code application.conf},
 * from the file and from the environment; parallelism and the state to go on from are Flink's: {@code -p}, {@code -s}.
 */
public final class LedgerJobMain {
    private LedgerJobMain() {}

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        if (arguments.length > 1) {
            throw new UserError("usage: flink run joulestream-job.jar [SETTINGS-FILE]");
        }
        ClusterJob job = ClusterJob.of(AppConfig.load(settingsFile(arguments)));
        job.prepare();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(job.settings());
        LedgerJob.define(env, job.config());
        env.execute(LedgerJob.NAME);
    }

    private static Path settingsFile(String[] arguments) {
        String file = arguments.length == 1 ? arguments[0] : System.getenv("JOULESTREAM_CONFIG");
        return file == null ? null : Path.of(file);
    }
}
