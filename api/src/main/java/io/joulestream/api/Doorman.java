package io.joulestream.api;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.storage.DatabaseTrouble;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.MemberKey;
import io.joulestream.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who may come in: by the key of a member, or, where no keys are asked for, everybody to read one tenant. Every request asks the database, so that a revoked key opens nothing from then on. Thread-safe.
 */
final class Doorman {
    private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);
    private static final Pattern BEARER = Pattern.compile("Bearer +(\\S+) *", Pattern.CASE_INSENSITIVE);
    /** A key's last use is told to the minute. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private final ApiConfig config;
    private final IdentityStore identity;
    private final Clock clock;
    private volatile boolean mayNote = true;

    /** @param identity asked for nothing where no keys are */
    Doorman(ApiConfig config, IdentityStore identity, Clock clock) {
        this.config = config;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Who that is.
     *
     * @param authorization the header of that name; null where there is none
     * @throws ProblemException where the address is not open, if no valid key is given, or one that may not do this; a
     *     wrong, an expired and a foreign key are told in the same words
     */
    Caller admit(Access access, String authorization) {
        if (access.permission().isEmpty()) {
            return Caller.NOBODY;
        }
        Permission needed = access.permission().get();
        Caller caller = config.keys() == ApiConfig.Keys.NONE
                ? Caller.reader(config.tenant())
                : keyOf(authorization).map(Doorman::holder).orElseThrow(ProblemException::unauthenticated);
        if (!caller.permissions().contains(needed)) {
            throw ProblemException.forbidden(needed);
        }
        return caller;
    }

    private static Caller holder(MemberKey key) {
        return Caller.member(key.member().tenant(), key.member().name(), key.permissions());
    }

    private Optional<MemberKey> keyOf(String authorization) {
        if (authorization == null) {
            return Optional.empty();
        }
        Matcher bearer = BEARER.matcher(authorization);
        Optional<ApiKey> given = bearer.matches() ? ApiKey.parse(bearer.group(1)) : Optional.empty();
        Instant now = clock.instant();
        Optional<MemberKey> valid = given.flatMap(identity::find).filter(key -> key.isValidAt(now));
        valid.filter(key -> isUseToBeNoted(key, now)).ifPresent(key -> note(given.get()));
        return valid;
    }

    private static boolean isUseToBeNoted(MemberKey key, Instant now) {
        return key.lastUsedAt()
                .map(last -> last.plus(USE_NOTED_EVERY).isBefore(now))
                .orElse(true);
    }

    /** A login that only reads cannot; nobody is kept out for it. */
    private void note(ApiKey key) {
        if (!mayNote) {
            return;
        }
        try {
            identity.noteUse(key);
        } catch (StorageException e) {
            mayNote = e.trouble() != DatabaseTrouble.DATABASE_DENIED;
            LOG.warn("when {} was used last is not noted{}", key, mayNote ? "" : ", here and from now on", e);
        }
    }
}
