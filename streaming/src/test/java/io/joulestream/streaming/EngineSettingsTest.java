package io.joulestream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EngineSettingsTest {
    @ParameterizedTest
    @EnumSource
    void flinkUnderstandsThemOnEveryBackend(StateBackend backend) {
        var flink = new EngineSettings(backend, "file:///checkpoints", Duration.ofSeconds(30)).toFlink();
        var env = StreamExecutionEnvironment.getExecutionEnvironment(flink);

        assertThat(env.getCheckpointInterval()).isEqualTo(30_000);
        assertThat(env.getCheckpointConfig().isUnalignedCheckpointsEnabled()).isFalse();
        assertThat(flink.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
                .isEqualTo(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        assertThat(flink.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).isEqualTo("file:///checkpoints");
        assertThat(flink.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isEqualTo(backend == StateBackend.ROCKSDB);
        assertThat(flink.get(StateBackendOptions.STATE_BACKEND)).isEqualTo(backend.settingName());
        assertThat(flink.get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(flink.get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(128);
    }

    @Test
    void anOutageMayLastANight() {
        var flink = new EngineSettings(StateBackend.HASHMAP, "file:///c", Duration.ofSeconds(1)).toFlink();

        assertThat(flink.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(flink.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anIntervalThatIsTooShortIsRefused() {
        assertThatThrownBy(() -> new EngineSettings(StateBackend.HASHMAP, "file:///c", Duration.ofMillis(49)))
                .hasMessage("checkpointInterval must be >= 50 ms, was PT0.049S");
    }

    @ParameterizedTest
    @CsvSource({"1, 16, HASHMAP", "50, 2000, HASHMAP", "51, 0, ROCKSDB", "1, 2001, ROCKSDB"})
    void aFleetsStateBelongsOnDisk(int sites, int gpus, StateBackend suits) {
        assertThat(StateBackend.suiting(sites, gpus)).isEqualTo(suits);
    }
}
