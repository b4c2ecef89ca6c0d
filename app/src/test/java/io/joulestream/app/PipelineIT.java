package io.joulestream.app;

/** The pipeline with one subtask of each operator. */
class PipelineIT extends PipelineContract {
    PipelineIT() {
        super(1);
    }
}
