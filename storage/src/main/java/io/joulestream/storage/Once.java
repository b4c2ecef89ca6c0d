package io.joulestream.storage;

/**
 * By what a request that changes something is known when it is sent again.
 *
 * @param member the name of who sends it; keys of two members have nothing to do with each other
 * @param key that the sender chose
 * @param sha256 of the request as it was sent, in hexadecimal
 */
public record Once(String member, String key, String sha256) {}
