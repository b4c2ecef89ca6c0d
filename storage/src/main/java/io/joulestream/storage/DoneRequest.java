package io.joulestream.storage;

/**
 * A request that was done.
 *
 * @param sha256 of it as it was sent, in hexadecimal
 * @param subject what it made: a member's name, a key's prefix
 */
public record DoneRequest(String sha256, String subject) {}
