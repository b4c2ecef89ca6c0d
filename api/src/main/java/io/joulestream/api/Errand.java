package io.joulestream.api;

/** What is done in a turn of its own, without a request: one of the two, once, by a thread of the server. */
interface Errand {
    void run();

    /** There is no turn for it, because too many wait or the service ends. */
    void drop();
}
