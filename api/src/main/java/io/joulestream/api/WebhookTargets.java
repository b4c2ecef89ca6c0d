package io.joulestream.api;

import java.util.Optional;

/** Where webhooks may lead: what this process may call at all. */
public interface WebhookTargets {
    /** Nothing goes out. */
    WebhookTargets NONE = url -> Optional.of("leads to a host, and none may be called");

    /** Why a URL may not be called, in words for whoever gave it; empty where it may. */
    Optional<String> refusal(String url);
}
