package io.joulestream.api;

import java.util.List;

/** How a browser can sign in here: {@code key}, {@code oidc}; none where no keys are asked for. */
record WaysBody(List<String> ways) {}
