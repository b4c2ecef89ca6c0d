package io.joulestream.storage;

/**
 * An entry of the audit as it is stored.
 *
 * @param seq 1, 2, 3 and so on in its tenant
 * @param body a JSON object: {@code at}, {@code actor}, {@code action}, {@code subject}, {@code detail}
 * @param sha256 of the entry before, the number, the tenant and the body, in lower-case hexadecimal
 */
public record AuditedAct(long seq, String body, String sha256) {}
