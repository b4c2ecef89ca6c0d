package io.joulestream.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.storage.AuditedAct;
import java.util.List;

/**
 * Acts of administration, newest first.
 *
 * @param nextCursor for the ones before; null where there are none
 */
record AuditBody(List<Line> acts, String nextCursor) {
    /**
     * One act.
     *
     * @param at when the transaction began that did it, by the server's clock
     * @param actor a member, or {@code cli:} and who ran a command on the machine
     * @param body the same, as it was written and digested
     * @param sha256 of the digest before, the number, the tenant and the body
     */
    record Line(
            long seq,
            String at,
            String actor,
            String action,
            String subject,
            String detail,
            String body,
            String sha256) {
        static Line of(AuditedAct act) {
            JsonNode told = Json.parse(act.body());
            return new Line(
                    act.seq(),
                    told.path("at").asText(null),
                    told.path("actor").asText(null),
                    told.path("action").asText(null),
                    told.path("subject").asText(null),
                    told.path("detail").asText(null),
                    act.body(),
                    act.sha256());
        }
    }

    static AuditBody of(List<AuditedAct> acts, String nextCursor) {
        return new AuditBody(acts.stream().map(Line::of).toList(), nextCursor);
    }
}
