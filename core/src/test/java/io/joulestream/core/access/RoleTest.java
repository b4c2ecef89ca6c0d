package io.joulestream.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoleTest {
    @ParameterizedTest
    @EnumSource
    void aRoleIsFoundByItsWordAlone(Role role) {
        assertThat(Role.of(role.word())).contains(role);
        assertThat(Role.of(role.name())).isEmpty();
        assertThat(Role.of("")).isEmpty();
    }

    @Test
    void aViewerReadsFiguresAndNothingElse() {
        assertThat(Role.VIEWER.permissions()).isEqualTo(Set.of(Permission.READ));
    }

    @Test
    void anAuditorReadsAllThereIsToReadAndWritesNothing() {
        for (Permission permission : Permission.values()) {
            assertThat(Role.AUDITOR.may(permission)).as(permission.name()).isEqualTo(!permission.writes());
        }
    }

    @Test
    void aSitesAgentOnlySends() {
        assertThat(Role.SITE_AGENT.permissions()).isEqualTo(Set.of(Permission.INGEST));
    }

    @ParameterizedTest
    @EnumSource
    void nobodyMakesKeysAndApprovesSeals(Role role) {
        assertThat(role.may(Permission.WRITE_MEMBERS) && role.may(Permission.APPROVE_SEAL))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void everyPermissionIsSomebodys(Permission permission) {
        assertThat(Role.values()).anyMatch(role -> role.may(permission));
    }
}
