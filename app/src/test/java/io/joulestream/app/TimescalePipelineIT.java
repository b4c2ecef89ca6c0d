package io.joulestream.app;

import io.joulestream.storage.testing.LedgerServer;

/** The pipeline into a database of one's own: a real TimescaleDB, which the build starts. */
class TimescalePipelineIT extends PipelineContract {
    TimescalePipelineIT() {
        super(1);
    }

    @Override
    AppConfig configured(AppConfig config) {
        return config.withDatabase(LedgerServer.newDatabase());
    }
}
