package io.joulestream.api;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.joulestream.storage.Member;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often somebody may ask. Each member has a share of its own, however many keys, sessions and addresses it has. Whoever is
 * not known shares that of its network, that of the connection: what a header says of it anybody can write. Such a one is
 * ten times as large, for behind one proxy there may be many. Whoever shows what is nobody's, a key that has ended or was made
 * up, takes from another share of that network as well, which is as large as one member's. Thread-safe.
 */
final class RateLimits {
    private static final int KEPT = 10_000;
    private static final int STRANGERS = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** What may be asked for at once, of what may be in a minute. */
    private static final int BURSTS_PER_WINDOW = 4;

    private final int perMinute;

    private final Map<Integer, Bucket> ofMembers = latestUsed();
    /** Apart from those, so that many addresses cannot crowd members out. */
    private final Map<String, Bucket> ofStrangers = latestUsed();

    private final Map<String, Bucket> ofRefused = latestUsed();

    private static <K> Map<K, Bucket> latestUsed() {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
                return size() > KEPT;
            }
        });
    }

    /**
     * What is left of a share.
     *
     * @param perMinute what may be asked for in a minute
     * @param left what may be asked for at once, after this
     * @param retryAfter when to ask again; zero where this may be answered
     */
    record Share(int perMinute, long left, Duration retryAfter) {
        boolean isSpent() {
            return !retryAfter.isZero();
        }

        /** As in the draft of the IETF, draft-ietf-httpapi-ratelimit-headers. */
        String policy() {
            return "\"default\";q=" + perMinute + ";w=" + WINDOW.toSeconds();
        }

        String state() {
            return "\"default\";r=" + left + (isSpent() ? ";t=" + seconds() : "");
        }

        /** At least one. */
        long seconds() {
            return retryAfter.plus(Duration.ofSeconds(1)).minusNanos(1).toSeconds();
        }
    }

    /** @param perMinute how often one member may ask; at least 4 */
    RateLimits(int perMinute) {
        this.perMinute = perMinute;
    }

    /** Takes one from a member's share. */
    Share ofMember(Member member) {
        return take(ofMembers, member.id(), perMinute);
    }

    /**
     * Takes one from the share of all who show nothing, or of whom nothing can be told.
     *
     * @param address of the connection
     */
    Share ofStranger(String address) {
        return take(ofStrangers, network(address), perMinute * STRANGERS);
    }

    /**
     * Takes one from the share of all who show what is nobody's, as large as one member's.
     *
     * @param address of the connection
     */
    Share ofRefused(String address) {
        return take(ofRefused, network(address), perMinute);
    }

    private static <K> Share take(Map<K, Bucket> shares, K whose, int perMinute) {
        ConsumptionProbe probe =
                shares.computeIfAbsent(whose, name -> bucket(perMinute)).tryConsumeAndReturnRemaining(1);
        return new Share(perMinute, probe.getRemainingTokens(), Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /** Of IPv6 the first 64 bits: whoever has one address has all of them. */
    static String network(String address) {
        String plain = address.replaceAll("[\\[\\]]|%.*", "");
        if (!plain.contains(":")) {
            return plain;
        }
        try {
            byte[] bytes = InetAddress.getByName(plain).getAddress(); // text of an address: no name is looked up
            return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, 8) : plain;
        } catch (UnknownHostException e) {
            return plain;
        }
    }

    private static Bucket bucket(int perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute / BURSTS_PER_WINDOW).refillGreedy(perMinute, WINDOW))
                .build();
    }
}
