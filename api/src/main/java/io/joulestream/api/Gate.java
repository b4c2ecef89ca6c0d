package io.joulestream.api;

import java.util.Optional;

/** Who stands at a door and lets in who may come in. Thread-safe. */
interface Gate {
    /** The cookie in which a browser shows its session. */
    String sessionCookie();

    /** Who that is; empty where nobody is known by what is shown. */
    Optional<Caller> caller(Credentials shown);

    /**
     * Ends the request of one who may not come to an address.
     *
     * @param known who that is, empty for nobody
     * @throws ProblemException if that one may not
     */
    void admit(Access access, Optional<Caller> known, Credentials shown);

    /** For a door behind which every address is open: nobody comes to any other. */
    static Gate ofOpenAddresses() {
        return new Gate() {
            @Override
            public String sessionCookie() {
                return "";
            }

            @Override
            public Optional<Caller> caller(Credentials shown) {
                return Optional.empty();
            }

            @Override
            public void admit(Access access, Optional<Caller> known, Credentials shown) {
                access.permission().ifPresent(needed -> {
                    throw ProblemException.forbidden(needed);
                });
            }
        };
    }
}
