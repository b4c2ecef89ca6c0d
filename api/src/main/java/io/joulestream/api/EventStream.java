package io.joulestream.api;

import java.util.function.Supplier;

/**
 * What is told again and again, for as long as somebody listens, as Server-Sent Events.
 *
 * @param topic whoever listens to the same topic is told the same
 * @param newest makes what is to be told now, once for all who listen; any thread may ask
 */
record EventStream(Topic topic, Supplier<ServerEvent> newest) implements Reply {
    static final String MEDIA_TYPE = "text/event-stream";

    record Topic(String tenant, String site) {}
}
