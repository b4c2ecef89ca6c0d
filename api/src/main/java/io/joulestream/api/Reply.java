package io.joulestream.api;

/** What comes of a request that went well. */
sealed interface Reply permits Answer, EventStream {}
