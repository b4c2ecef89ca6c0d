package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Role;
import io.joulestream.core.access.SessionToken;
import io.joulestream.storage.testing.LedgerServer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionStoreIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Instant TONIGHT = NOW.plus(Duration.ofHours(8));
    private static final Instant IN_A_YEAR = NOW.plus(Duration.ofDays(365));

    private static Database database;
    private static int tests;

    private final String tenant = "t" + tests++;
    private final ApiKey key = ApiKey.random(tenant, RANDOM);
    private final SessionToken token = SessionToken.random(tenant, RANDOM);
    private final OidcSubject known = new OidcSubject("https://login.example", "subject of " + tenant);
    private final SessionStore sessions = database.sessions();

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newDatabase());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void createKey() {
        database.identity().createFirstKey(key, "first", IN_A_YEAR, act("key.create", key.prefix()));
    }

    @Test
    void aSessionMayDoWhatItsKeyMay() {
        assertThat(sessions.open(token, key, TONIGHT)).isTrue();

        WebSession session = sessions.find(token).orElseThrow();
        assertThat(session.member().name()).isEqualTo("first");
        assertThat(session.permissions()).isEqualTo(Role.ADMIN.permissions());
        assertThat(session.isValidAt(NOW)).isTrue();
        assertThat(session.isValidAt(TONIGHT)).isFalse();
        assertThat(sessions.find(SessionToken.random(tenant, RANDOM))).isEmpty();
    }

    @Test
    void itEndsWithItsKey() {
        sessions.open(token, key, TONIGHT);

        database.identity().revokeKey(tenant, key.prefix(), act("key.revoke", key.prefix()));

        assertThat(sessions.find(token).orElseThrow().isValidAt(NOW)).isFalse();
    }

    @Test
    void itIsClosedOnce() {
        sessions.open(token, key, TONIGHT);

        assertThat(sessions.close(token)).isTrue();
        assertThat(sessions.close(token)).isFalse();
        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void noneIsOpenedWithAKeyThatIsNotStoredOrAnothers() {
        ApiKey forged = new ApiKey(tenant, key.prefix(), "A".repeat(43));
        SessionToken another = SessionToken.random("another", RANDOM);

        assertThat(sessions.open(token, forged, TONIGHT)).isFalse();
        assertThat(sessions.find(token)).isEmpty();
        assertThatThrownBy(() -> sessions.open(another, key, TONIGHT)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whomAProviderKnowsMayDoWhatTheRoleMay() {
        assertThat(sessions.open(token, known, TONIGHT)).as("nobody is linked").isFalse();
        link();

        assertThat(sessions.open(token, known, TONIGHT)).isTrue();

        WebSession session = sessions.find(token).orElseThrow();
        assertThat(session.member().name()).isEqualTo("first");
        assertThat(session.key()).isEmpty();
        assertThat(session.permissions()).isEqualTo(Role.ADMIN.permissions());
        assertThat(session.isValidAt(NOW)).isTrue();
        assertThat(session.isValidAt(TONIGHT)).isFalse();
        SessionToken another = SessionToken.random("another", RANDOM);
        assertThat(sessions.open(another, known, TONIGHT)).as("another tenant").isFalse();
    }

    @Test
    void itEndsWithTheLink() {
        link();
        sessions.open(token, known, TONIGHT);

        assertThat(database.identity().unlink(tenant, "first", act("user.unlink", "first")))
                .isTrue();

        assertThat(sessions.find(token)).isEmpty();
        link();
        assertThat(sessions.find(token)).as("linked again").isEmpty();
    }

    @Test
    void itEndsWithTheMember() {
        link();
        sessions.open(token, known, TONIGHT);

        database.identity().disableMember(tenant, "first", act("user.disable", "first"));

        assertThat(sessions.find(token).orElseThrow().isValidAt(NOW)).isFalse();
    }

    private void link() {
        assertThat(database.identity().link(tenant, "first", known, act("user.link", "first")))
                .isTrue();
    }

    @Test
    void expiredOnesAreForgottenWhenAnotherIsOpened() {
        sessions.open(token, key, NOW.minusSeconds(1));
        assertThat(sessions.find(token)).isPresent();

        sessions.open(SessionToken.random(tenant, RANDOM), key, TONIGHT);

        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void aRequestOfTheSameKeyIsDoneOnce() {
        Once once = new Once("first", "a-key", "ab".repeat(32));
        AuditEntry act = new AuditEntry("first", "user.create", "mia", "", Optional.of(once));

        assertThat(create("mia", act)).isTrue();
        assertThatThrownBy(() -> create("ann", act)).isInstanceOf(RepeatedRequest.class);

        assertThat(database.identity().done(tenant, "first", "a-key"))
                .contains(new DoneRequest("ab".repeat(32), "mia"));
        assertThat(database.identity().members(tenant)).extracting(Member::name).containsExactly("first", "mia");
        assertThat(database.audit().before(tenant, Long.MAX_VALUE, 10)).hasSize(2);
        assertThat(database.identity().done(tenant, "mia", "a-key")).isEmpty();
        assertThat(database.identity().done("another", "first", "a-key")).isEmpty();
    }

    @Test
    void whatWasNotDoneIsNotNoted() {
        Once once = new Once("first", "a-key", "ab".repeat(32));
        AuditEntry act = new AuditEntry("first", "user.create", "first", "", Optional.of(once));

        assertThat(create("first", act)).as("the name is taken").isFalse();

        assertThat(database.identity().done(tenant, "first", "a-key")).isEmpty();
    }

    private boolean create(String name, AuditEntry act) {
        return database.identity().createMember(tenant, name, Member.Kind.PERSON, Role.VIEWER, act);
    }

    private static AuditEntry act(String action, String subject) {
        return new AuditEntry("cli:test", action, subject, "");
    }
}
