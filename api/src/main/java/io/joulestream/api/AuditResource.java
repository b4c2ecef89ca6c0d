package io.joulestream.api;

import io.joulestream.storage.AuditLog;
import io.joulestream.storage.AuditedAct;
import java.util.List;
import java.util.Optional;

/** What was done in a tenant and by whom, newest first. */
final class AuditResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final AuditLog audit;
    private final String tenant;

    AuditResource(AuditLog audit, String tenant) {
        this.audit = audit;
        this.tenant = tenant;
    }

    Answer list(Request request) {
        Parameters parameters = request.parameters();
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<Long> cursor = parameters.text("cursor").flatMap(text -> {
            Optional<Long> before = Cursors.parseNumber(text);
            return before.isPresent() ? before : parameters.refuse("cursor", "must be a next_cursor of this list");
        });
        parameters.check();
        List<AuditedAct> acts = audit.before(tenant, cursor.orElse(Long.MAX_VALUE), limit);
        boolean isMore = !acts.isEmpty() && acts.get(acts.size() - 1).seq() > 1;
        String next = isMore ? Cursors.text(acts.get(acts.size() - 1).seq()) : null;
        Answer answer = Answer.json(AuditBody.of(acts, next));
        return next == null
                ? answer
                : answer.with("Link", "</v1/audit?limit=" + limit + "&cursor=" + next + ">; rel=\"next\"");
    }
}
