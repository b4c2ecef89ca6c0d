package io.joulestream.api;

import io.joulestream.core.digest.Sha256;
import io.joulestream.storage.AuditEntry;
import io.joulestream.storage.DoneRequest;
import io.joulestream.storage.IdentityStore;
import io.joulestream.storage.Once;
import io.joulestream.storage.RepeatedRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Does what a member asks for, writes it down, and does it once however often it is asked for under one Idempotency-Key. */
final class Administration {
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,100}");

    private final IdentityStore identity;
    private final String tenant;

    Administration(IdentityStore identity, String tenant) {
        this.identity = identity;
        this.tenant = tenant;
    }

    /** Of something that does no harm when it is done twice. */
    static AuditEntry act(Request request, String action, String subject, String detail) {
        return new AuditEntry(request.caller().name(), action, subject, detail);
    }

    /**
     * Makes something.
     *
     * @param subject how it will be known
     * @param change returns whether it was made
     * @param refusal what is in the way where it was not
     * @param body what is told of it, by how it is known; also to who asks again
     * @throws ProblemException if the Idempotency-Key is none, or stands for another request
     */
    Answer make(
            Request request,
            String action,
            Supplier<String> subject,
            String detail,
            Predicate<AuditEntry> change,
            Supplier<ProblemException> refusal,
            Function<String, Object> body) {
        Optional<Once> once = once(request);
        Optional<Answer> before = once.flatMap(asked -> answered(asked, body));
        if (before.isPresent()) {
            return before.get();
        }
        String made = subject.get();
        AuditEntry act = new AuditEntry(request.caller().name(), action, made, detail, once);
        try {
            if (change.test(act)) {
                return Answer.created(body.apply(made));
            }
        } catch (RepeatedRequest e) {
            return answered(once.orElseThrow(), body).orElseThrow(() -> e);
        }
        // what is in the way may be what the same request has made meanwhile
        return once.flatMap(asked -> answered(asked, body)).orElseThrow(refusal);
    }

    /** As it was answered before; empty where it was not. */
    private Optional<Answer> answered(Once asked, Function<String, Object> body) {
        Optional<DoneRequest> done = identity.done(tenant, asked.member(), asked.key());
        done.filter(request -> !request.sha256().equals(asked.sha256())).ifPresent(request -> {
            throw ProblemException.idempotencyKeyReused();
        });
        return done.map(request -> Answer.created(body.apply(request.subject())).with("Idempotent-Replayed", "true"));
    }

    private static Optional<Once> once(Request request) {
        return Optional.ofNullable(request.headers().apply(HEADER)).map(key -> {
            if (!KEY.matcher(key).matches()) {
                throw ProblemException.invalid(
                        List.of(new FieldError(HEADER, "must be 1 to 100 visible ASCII characters")));
            }
            return new Once(request.caller().name(), key, digest(request));
        });
    }

    private static String digest(Request request) {
        MessageDigest digest = Sha256.begin();
        digest.update((request.target() + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(request.body());
        return HexFormat.of().formatHex(digest.digest());
    }
}
