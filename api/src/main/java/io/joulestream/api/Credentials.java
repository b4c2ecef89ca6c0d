package io.joulestream.api;

/**
 * What a request shows of who sends it; null for whatever it does not.
 *
 * @param authorization the header of that name
 * @param session the value of the session's cookie
 * @param origin the header of that name
 * @param host the header of that name
 */
record Credentials(String authorization, String session, String origin, String host) {
    /** Whether there is anything by which somebody could be known. */
    boolean areAny() {
        return authorization != null || session != null;
    }
}
