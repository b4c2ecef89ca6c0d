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
        Format format = request.format(Format.OF_LISTS);
        int limit = parameters.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        Optional<Long> cursor = parameters.cursor(Cursors::parseNumber);
        parameters.check();
        List<AuditedAct> acts = audit.before(tenant, cursor.orElse(Long.MAX_VALUE), limit);
        boolean isMore = !acts.isEmpty() && acts.get(acts.size() - 1).seq() > 1;
        String next = isMore ? Cursors.text(acts.get(acts.size() - 1).seq()) : null;
        AuditBody body = AuditBody.of(acts, next);
        Answer answer = format == Format.JSON
                ? Answer.json(body).with("Vary", "Accept")
                : Rows.of(AuditBody.Line.class, "audit", body, body.acts()).answer(format);
        return answer.withNext("/v1/audit?limit=" + limit + request.formatAsked(), next);
    }
}
