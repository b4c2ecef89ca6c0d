package io.joulestream.storage;

/** How many readings or frames of one site were refused for one reason. */
public record DeadLetterCount(String tenant, String site, String code, long count) {}
