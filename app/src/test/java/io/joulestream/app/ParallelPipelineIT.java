package io.joulestream.app;

/** The pipeline with two subtasks of each operator. */
class ParallelPipelineIT extends PipelineContract {
    ParallelPipelineIT() {
        super(2);
    }
}
