package io.joulestream.api;

/**
 * Who listens.
 *
 * @param access what it takes to
 * @param shown by which the caller is known
 * @param address of the connection
 */
record Listener(Caller caller, Access access, Credentials shown, String address) {
    /** Whose listeners are counted together: a member's; of who is not known those of a network, as in {@link RateLimits}. */
    Object share() {
        return caller.member().<Object>map(member -> member.id()).orElseGet(() -> RateLimits.network(address));
    }
}
