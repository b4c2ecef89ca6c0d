package io.joulestream.api;

/** Who stands at a door and lets in who may come in. Thread-safe. */
interface Gate {
    /** The cookie in which a browser shows its session. */
    String sessionCookie();

    /**
     * Who that is.
     *
     * @throws ProblemException if who asks may not come to it
     */
    Caller admit(Access access, Credentials shown);

    /** For a door behind which every address is open: nobody comes to any other. */
    static Gate ofOpenAddresses() {
        return new Gate() {
            @Override
            public String sessionCookie() {
                return "";
            }

            @Override
            public Caller admit(Access access, Credentials shown) {
                access.permission().ifPresent(needed -> {
                    throw ProblemException.forbidden(needed);
                });
                return Caller.NOBODY;
            }
        };
    }
}
