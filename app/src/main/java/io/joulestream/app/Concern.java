package io.joulestream.app;

import java.util.Optional;

/**
 * What needs a person, of which health tells.
 *
 * @param reason a code, with which the service is degraded; empty for what is only told
 * @param text one line
 */
record Concern(Optional<String> reason, String text) {
    /** Only told. */
    static Concern note(String text) {
        return new Concern(Optional.empty(), text);
    }
}
