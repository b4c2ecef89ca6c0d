package io.joulestream.storage;

import java.time.Instant;

/**
 * One version of a site's inventory. Never changes once stored.
 *
 * @param version 1 for the first
 * @param yaml the text as it was given
 * @param sinceGeneration the first generation of the site that knows it; 0 for all
 * @param sha256 of the text in UTF-8, in hexadecimal digits
 */
public record SiteVersion(
        String tenant,
        String site,
        int version,
        Instant effectiveFrom,
        String yaml,
        int sinceGeneration,
        String sha256,
        Instant publishedAt) {}
