package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.core.access.Permission;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final List<String> OPEN = List.of("/", "/assets/{file}", "/openapi.yaml");

    @Test
    void whatTellsOfATenantNeedsAPermission() {
        for (Route route : TestApi.routes()) {
            assertThat(route.access())
                    .as(route.path())
                    .isEqualTo(OPEN.contains(route.path()) ? Access.open() : Access.needs(Permission.READ));
        }
    }
}
