package io.joulestream.storage;

import java.time.Instant;

/**
 * One version of a site's inventory. Never changes once stored.
 *
 * @param version 1 for the first
 * @param yaml the text as it was given
 * @param sha256 of the text in UTF-8, in hexadecimal digits
 */
public record SiteVersion(
        String tenant,
        String site,
        int version,
        Instant effectiveFrom,
        String yaml,
        String sha256,
        Instant publishedAt) {}
