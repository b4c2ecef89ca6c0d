package io.joulestream.streaming;

import io.joulestream.core.ledger.RejectCode;

/** Why something of a frame is not taken. */
record Refusal(RejectCode code, String detail) {}
