package io.joulestream.api.oidc;

import java.io.IOException;
import java.util.Map;

/** How the issuer is called. Thread-safe. Whoever makes it decides where calls may go, and how long they may take. */
public interface IssuerCalls {
    /** What was answered, whatever the status. */
    record Answer(int status, byte[] body) {}

    /** @throws IOException if the call may not be made, or is not answered; its message tells nothing that was sent */
    Answer get(String url) throws IOException;

    /**
     * Sends a form.
     *
     * @param form as application/x-www-form-urlencoded
     * @throws IOException as of {@link #get}
     */
    Answer post(String url, Map<String, String> headers, byte[] form) throws IOException;
}
