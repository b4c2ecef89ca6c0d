package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import io.joulestream.core.access.Permission;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutesTest {
    /** Whoever comes to a session's address says who that is. */
    private static final Set<String> OPEN = Set.of(
            "GET /",
            "GET /assets/{file}",
            "GET /openapi.yaml",
            "GET /openapi.json",
            "GET /docs",
            "GET /v1/session",
            "POST /v1/session",
            "DELETE /v1/session",
            "GET /v1/session/ways",
            "GET /v1/session/oidc",
            "GET /v1/session/oidc/callback");

    private static final Map<String, Permission> GUARDED = Map.ofEntries(
            Map.entry("GET /v1/dead-letters", Permission.READ_DEAD_LETTERS),
            Map.entry("GET /v1/members", Permission.READ_MEMBERS),
            Map.entry("POST /v1/members", Permission.WRITE_MEMBERS),
            Map.entry("DELETE /v1/members/{member}", Permission.WRITE_MEMBERS),
            Map.entry("GET /v1/keys", Permission.READ_MEMBERS),
            Map.entry("POST /v1/keys", Permission.WRITE_MEMBERS),
            Map.entry("DELETE /v1/keys/{prefix}", Permission.WRITE_MEMBERS),
            Map.entry("POST /v1/keys/{prefix}/rotation", Permission.WRITE_MEMBERS),
            Map.entry("POST /v1/alert-rules", Permission.WRITE_ALERTS),
            Map.entry("PUT /v1/alert-rules/{rule}", Permission.WRITE_ALERTS),
            Map.entry("DELETE /v1/alert-rules/{rule}", Permission.WRITE_ALERTS),
            Map.entry("GET /v1/webhooks", Permission.READ_WEBHOOKS),
            Map.entry("POST /v1/webhooks", Permission.WRITE_ALERTS),
            Map.entry("GET /v1/webhooks/{webhook}", Permission.READ_WEBHOOKS),
            Map.entry("PATCH /v1/webhooks/{webhook}", Permission.WRITE_ALERTS),
            Map.entry("DELETE /v1/webhooks/{webhook}", Permission.WRITE_ALERTS),
            Map.entry("POST /v1/webhooks/{webhook}/rotation", Permission.WRITE_ALERTS),
            Map.entry("GET /v1/webhooks/{webhook}/deliveries", Permission.READ_WEBHOOKS),
            Map.entry("GET /v1/audit", Permission.READ_AUDIT));

    /** What takes a body and changes nothing. */
    private static final Set<String> COMPUTES = Set.of("POST /v1/nvfp4/quantize");

    @Test
    void whatTellsOfATenantNeedsAPermission() {
        for (Route route : TestApi.routes()) {
            assertThat(route.access())
                    .as(route.name())
                    .isEqualTo(
                            OPEN.contains(route.name())
                                    ? Access.open()
                                    : Access.needs(GUARDED.getOrDefault(route.name(), Permission.READ)));
        }
    }

    @Test
    void whatChangesSomethingNeedsAPermissionToWrite() {
        for (Route route : TestApi.routes()) {
            route.access()
                    .permission()
                    .ifPresent(needed -> assertThat(needed.writes())
                            .as(route.name())
                            .isEqualTo(route.method() != HandlerType.GET && !COMPUTES.contains(route.name())));
        }
    }
}
