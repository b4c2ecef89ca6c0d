package io.joulestream.storage;

/**
 * What is told of an alert: that it opened, or closed.
 *
 * @param eventId the same however often it is told, and to whom
 * @param body as it is sent
 */
public record AlertMessage(String eventId, String body) {}
