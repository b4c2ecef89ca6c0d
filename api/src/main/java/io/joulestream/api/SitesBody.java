package io.joulestream.api;

import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code /v1/sites}.
 *
 * @param now by the server's clock
 * @param sites in order of site
 */
record SitesBody(Instant now, List<SiteBody> sites) {}
