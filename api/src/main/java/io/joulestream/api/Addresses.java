package io.joulestream.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of this API, without host. */
final class Addresses {
    private Addresses() {}

    /** @param rest what follows the site, such as {@code pue?window=PT1H} */
    static String site(String site, String rest) {
        return "/v1/sites/" + encoded(site) + "/" + rest;
    }

    static String run(String run) {
        return "/v1/runs/" + encoded(run);
    }

    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
