/**
 * The telemetry frame as bytes and back: the only language that sites, the importers and the job share.
 *
 * <p>Bytes from outside come in through {@link io.joulestream.wire.FrameCodec#decode}; a frame it lets through has valid
 * names, times that grow, and series whose lengths and sums hold, so nobody after it checks again. Everything here is
 * stateless and may be used by any thread.
 */
package io.joulestream.wire;
