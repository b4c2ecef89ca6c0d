package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.core.access.ApiKey;
import io.joulestream.core.access.Permission;
import io.joulestream.core.access.Role;
import io.joulestream.storage.testing.LedgerServer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdentityStoreIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Instant IN_A_YEAR = NOW.plus(Duration.ofDays(365));

    private static Database database;
    private static IdentityStore identity;
    private static int tests;

    /** One for each test: they share a database. */
    private final String tenant = "t" + tests++;

    private final ApiKey first = ApiKey.random(tenant, RANDOM);

    @BeforeAll
    static void open() {
        database = Database.open(LedgerServer.newDatabase());
        identity = database.identity();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void create() {
        assertThat(identity.createFirstKey(first, "first", IN_A_YEAR, act("key.create", "first")))
                .isTrue();
    }

    // ---- tenants and members

    @Test
    void aTenantHasOneFirstKeyAndNoneWhereItHasMembers() throws SQLException {
        assertThat(identity.createFirstKey(ApiKey.random(tenant, RANDOM), "second", IN_A_YEAR, act("key.create", "2")))
                .isFalse();
        String older = "older-" + tenant;
        rows("insert into tenant (tenant, created_at) values ('" + older + "', now())");
        identity.createMember(older, "x", Member.Kind.PERSON, Role.VIEWER, act("user.create", "x"));
        assertThat(identity.createFirstKey(ApiKey.random(older, RANDOM), "y", IN_A_YEAR, act("key.create", "y")))
                .isFalse();

        assertThat(identity.tenants()).contains(tenant, older).isSorted();
        assertThat(identity.find(first).orElseThrow().member().role()).isEqualTo(Role.ADMIN);
        assertThat(acts()).hasSize(1);
    }

    @Test
    void aNameThatCouldBeTakenForSomethingElseIsRefused() {
        for (String name : List.of("", " ", "cli:root", "a\nb", "a\u001b[2J", "x".repeat(101))) {
            assertThatThrownBy(() -> member(name, Role.VIEWER)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(member("Z\u00fcrich night-shift", Role.VIEWER)).isTrue();
    }

    @Test
    void membersOfATenantAreItsOwn() {
        assertThat(member("mia", Role.OPERATOR)).isTrue();
        assertThat(member("ann", Role.AUDITOR)).isTrue();
        assertThat(member("mia", Role.ADMIN)).as("the name is taken").isFalse();
        assertThat(identity.createMember("nobody", "x", Member.Kind.PERSON, Role.VIEWER, act("user.create", "x")))
                .as("no such tenant")
                .isFalse();

        assertThat(identity.members(tenant)).extracting(Member::name).containsExactly("ann", "first", "mia");
        assertThat(identity.members(tenant))
                .extracting(Member::role)
                .containsExactly(Role.AUDITOR, Role.ADMIN, Role.OPERATOR);
        assertThat(identity.members("nobody")).isEmpty();
    }

    // ---- members whom a provider knows

    @Test
    void aSubjectIsOneMembersWhateverTheTenant() {
        OidcSubject known = subject("248289761001");
        member("mia", Role.OPERATOR);
        assertThat(identity.find(known)).isEmpty();

        assertThat(link("mia", known)).isTrue();

        Member found = identity.find(known).orElseThrow();
        assertThat(found.name()).isEqualTo("mia");
        assertThat(found.tenant()).isEqualTo(tenant);
        assertThat(identity.subjects(tenant)).isEqualTo(Map.of("mia", known));
        assertThat(identity.find(new OidcSubject(known.issuer() + "/", known.subject())))
                .as("another issuer")
                .isEmpty();
        assertThat(link("first", known)).as("it is mia's").isFalse();
        assertThat(link("mia", subject("another"))).as("she has one").isFalse();
        String other = "other-" + tenant;
        identity.createFirstKey(ApiKey.random(other, RANDOM), "mia", IN_A_YEAR, act("key.create", "x"));
        assertThat(identity.link(other, "mia", known, act("user.link", "mia")))
                .as("of another tenant")
                .isFalse();
        assertThat(acts())
                .as("only what was done")
                .hasSize(3)
                .first()
                .satisfies(act -> assertThat(act.body()).contains("user.link", "mia"));
    }

    @Test
    void whoeverIsUnlinkedIsNobodyAndMayBeLinkedAgain() {
        member("mia", Role.OPERATOR);
        link("mia", subject("mia"));

        assertThat(identity.unlink(tenant, "mia", act("user.unlink", "mia"))).isTrue();

        assertThat(identity.find(subject("mia"))).isEmpty();
        assertThat(identity.unlink(tenant, "mia", act("user.unlink", "mia"))).isFalse();
        assertThat(link("first", subject("mia"))).isTrue();
    }

    @Test
    void nobodyIsLinkedWhoIsDisabledOrUnknown() {
        member("gone", Role.OPERATOR);
        link("gone", subject("gone"));
        identity.disableMember(tenant, "gone", act("user.disable", "gone"));

        assertThat(identity.find(subject("gone")).orElseThrow().disabledAt()).isPresent();
        member("away", Role.OPERATOR);
        identity.disableMember(tenant, "away", act("user.disable", "away"));
        assertThat(link("away", subject("away"))).isFalse();
        assertThat(link("nobody", subject("nobody"))).isFalse();
    }

    /** What the function may be asked tells nothing that one does not know. */
    @Test
    void onlyWhoAsksForTheApiLearnsWhoseASubjectIs() throws SQLException {
        assertThat(rows("select r.rolname from pg_roles as r, pg_proc as p where p.proname = 'tenant_of_subject'"
                        + " and r.rolname like 'js\\_%' and has_function_privilege(r.oid, p.oid, 'execute')"))
                .containsExactly("js_api");
    }

    private OidcSubject subject(String name) {
        return new OidcSubject("https://login.example", name + " of " + tenant);
    }

    private boolean link(String member, OidcSubject known) {
        return identity.link(tenant, member, known, act("user.link", member));
    }

    // ---- keys

    @Test
    void aKeyIsFoundByItsWholeTextAlone() {
        member("mia", Role.OPERATOR);
        ApiKey key = ApiKey.random(tenant, RANDOM);
        assertThat(create(key, "mia", Set.of())).isTrue();

        MemberKey found = identity.find(key).orElseThrow();
        assertThat(found.member().name()).isEqualTo("mia");
        assertThat(found.permissions()).isEqualTo(Role.OPERATOR.permissions());
        assertThat(found.expiresAt()).isEqualTo(IN_A_YEAR);
        assertThat(found.isValidAt(NOW)).isTrue();
        assertThat(found.isValidAt(IN_A_YEAR)).isFalse();
        assertThat(identity.find(new ApiKey(tenant, key.prefix(), "B".repeat(43))))
                .isEmpty();
        assertThat(identity.find(new ApiKey("another", key.prefix(), key.secret())))
                .isEmpty();
        assertThat(identity.find(ApiKey.random(tenant, RANDOM))).isEmpty();
    }

    @Test
    void onlyTheDigestIsStored() throws SQLException {
        member("mia", Role.VIEWER);
        ApiKey key = ApiKey.random(tenant, RANDOM);
        create(key, "mia", Set.of());

        assertThat(rows("select to_jsonb(k)::text from api_key as k where prefix = '" + key.prefix() + "'"))
                .singleElement()
                .asString()
                .contains(key.prefix())
                .doesNotContain(key.secret());
        assertThat(acts()).allSatisfy(act -> assertThat(act.body()).doesNotContain(key.secret()));
    }

    @Test
    void aKeyMayBeKeptToLessAndNeverToMoreThanItsMembersRole() {
        member("mia", Role.OPERATOR);
        ApiKey key = ApiKey.random(tenant, RANDOM);
        create(key, "mia", Set.of(Permission.READ, Permission.APPROVE_SEAL));

        assertThat(identity.find(key).orElseThrow().permissions()).containsExactly(Permission.READ);
    }

    @Test
    void aKeyOfNobodyOrOfSomebodyDisabledIsNotMade() {
        member("mia", Role.OPERATOR);
        identity.disableMember(tenant, "mia", act("user.disable", "mia"));

        assertThat(create(ApiKey.random(tenant, RANDOM), "nobody", Set.of())).isFalse();
        assertThat(create(ApiKey.random(tenant, RANDOM), "mia", Set.of())).isFalse();
        assertThat(identity.keys(tenant)).extracting(MemberKey::prefix).containsExactly(first.prefix());
    }

    @Test
    void withItsMemberAKeyEndsAndWithItsRevocation() {
        member("mia", Role.OPERATOR);
        member("ann", Role.OPERATOR);
        ApiKey hers = ApiKey.random(tenant, RANDOM);
        ApiKey anns = ApiKey.random(tenant, RANDOM);
        create(hers, "mia", Set.of());
        create(anns, "ann", Set.of());

        assertThat(identity.disableMember(tenant, "mia", act("user.disable", "mia")))
                .isTrue();
        assertThat(identity.disableMember(tenant, "mia", act("user.disable", "mia")))
                .isFalse();
        assertThat(identity.revokeKey(tenant, anns.prefix(), act("key.revoke", anns.prefix())))
                .isTrue();
        assertThat(identity.revokeKey(tenant, anns.prefix(), act("key.revoke", anns.prefix())))
                .isFalse();

        assertThat(identity.find(hers).orElseThrow().isValidAt(NOW)).isFalse();
        assertThat(identity.find(anns).orElseThrow().isValidAt(NOW)).isFalse();
        assertThat(identity.find(anns).orElseThrow().revokedAt()).isPresent();
        assertThat(acts())
                .extracting(act -> act.body().replaceAll(".*\"action\": \"([^\"]*)\".*", "$1"))
                .containsExactly(
                        "key.revoke",
                        "user.disable",
                        "key.create",
                        "key.create",
                        "user.create",
                        "user.create",
                        "key.create");
    }

    @Test
    void aKeyIsRotatedWithAnOverlapThatDoesNotProlongIt() {
        member("mia", Role.OPERATOR);
        ApiKey old = ApiKey.random(tenant, RANDOM);
        create(old, "mia", Set.of(Permission.READ));
        ApiKey next = ApiKey.random(tenant, RANDOM);
        ApiKey last = ApiKey.random(tenant, RANDOM);

        assertThat(rotate(old.prefix(), next, Duration.ofDays(1))).isTrue();
        assertThat(identity.find(next).orElseThrow().permissions()).containsExactly(Permission.READ);
        assertThat(identity.find(next).orElseThrow().replaces()).contains(old.prefix());
        assertThat(identity.find(old).orElseThrow().expiresAt())
                .isBetween(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(2)));

        assertThat(rotate(old.prefix(), last, Duration.ofDays(9))).isTrue();
        assertThat(identity.find(old).orElseThrow().expiresAt()).isBefore(NOW.plus(Duration.ofDays(2)));

        member("gone", Role.OPERATOR);
        ApiKey ofSomebodyGone = ApiKey.random(tenant, RANDOM);
        create(ofSomebodyGone, "gone", Set.of());
        identity.disableMember(tenant, "gone", act("user.disable", "gone"));
        assertThat(rotate(ofSomebodyGone.prefix(), ApiKey.random(tenant, RANDOM), Duration.ZERO))
                .isFalse();
        assertThat(identity.find(ofSomebodyGone).orElseThrow().expiresAt()).isEqualTo(IN_A_YEAR);

        identity.revokeKey(tenant, next.prefix(), act("key.revoke", next.prefix()));
        assertThat(rotate(next.prefix(), ApiKey.random(tenant, RANDOM), Duration.ZERO))
                .as("a revoked key")
                .isFalse();
        assertThat(identity.keys(tenant))
                .extracting(MemberKey::prefix)
                .containsExactlyInAnyOrder(
                        first.prefix(), old.prefix(), next.prefix(), last.prefix(), ofSomebodyGone.prefix());
    }

    @Test
    void whenAKeyWasUsedLastIsNoted() {
        member("mia", Role.OPERATOR);
        ApiKey key = ApiKey.random(tenant, RANDOM);
        create(key, "mia", Set.of());
        assertThat(identity.find(key).orElseThrow().lastUsedAt()).isEmpty();

        identity.noteUse(key);

        assertThat(identity.find(key).orElseThrow().lastUsedAt()).isPresent();
        assertThat(acts()).as("no act of administration").hasSize(3);
    }

    @Test
    void ofManyWhoAskForTheFirstKeyAtOnceOneGetsIt() throws Exception {
        String fresh = "fresh-" + tenant;
        int askers = 8;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(askers);
        List<Future<Optional<ApiKey>>> asked = new ArrayList<>();
        try {
            for (int i = 0; i < askers; i++) {
                ApiKey key = ApiKey.random(fresh, RANDOM);
                asked.add(pool.submit(() -> {
                    start.await();
                    AuditEntry act = act("key.create", key.prefix());
                    return identity.createFirstKey(key, "admin", IN_A_YEAR, act) ? Optional.of(key) : Optional.empty();
                }));
            }
            start.countDown();
            List<ApiKey> made = new ArrayList<>();
            for (Future<Optional<ApiKey>> answer : asked) {
                answer.get().ifPresent(made::add);
            }

            assertThat(made).hasSize(1);
            assertThat(identity.keys(fresh)).hasSize(1);
            assertThat(identity.find(made.get(0)).orElseThrow().member().role()).isEqualTo(Role.ADMIN);
            assertThat(database.audit().before(fresh, Long.MAX_VALUE, 9)).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }

    // ---- the audit

    @Test
    void entriesOfATenantAreNumberedAndChainedAlsoWhenManyWriteAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> writes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String name = "member-" + i;
                writes.add(pool.submit(() -> member(name, Role.VIEWER)));
            }
            for (Future<Boolean> write : writes) {
                assertThat(write.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(acts()).extracting(AuditedAct::seq).first().isEqualTo(41L);
        assertThat(acts()).hasSize(41);
        assertThat(database.audit().firstBroken(tenant)).isEmpty();
    }

    @Test
    void anEntryTellsWhoDidWhatToWhat() {
        identity.createMember(
                tenant, "mia", Member.Kind.PERSON, Role.VIEWER, act("user.create", "\u00fcn\u00efcode \" \\ \n"));

        assertThat(acts().get(0).body().replaceFirst("\"20[0-9T:.+-]+\"", "TIME"))
                .isEqualTo("{\"at\": TIME, \"actor\": \"cli:test\", \"action\": \"user.create\", \"detail\": \"\","
                        + " \"subject\": \"\u00fcn\u00efcode \\\" \\\\ \\n\"}");
        assertThat(database.audit().firstBroken(tenant)).isEmpty();
    }

    @Test
    void anEntryThatWasChangedOrTakenOutIsFound() throws SQLException {
        for (int i = 0; i < 5; i++) {
            member("member-" + i, Role.VIEWER);
        }

        tamper("update audit set body = replace(body, 'member-1', 'member-9') where seq = 3 and tenant = '" + tenant
                + "'");
        assertThat(database.audit().firstBroken(tenant)).hasValue(3);
        tamper("update audit set body = replace(body, 'member-9', 'member-1') where seq = 3 and tenant = '" + tenant
                + "'");
        assertThat(database.audit().firstBroken(tenant)).isEmpty();
        tamper("delete from audit where seq = 4 and tenant = '" + tenant + "'");
        assertThat(database.audit().firstBroken(tenant)).hasValue(5);
    }

    @Test
    void whoActsForATenantGivesAnEntryNeitherNumberNorDigest() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String column : List.of("seq", "previous", "sha256")) {
                statement.execute("set local role js_admin");
                assertThatThrownBy(() -> statement.execute("insert into audit (tenant, body, " + column + ") values ('"
                                + tenant + "', '{}', null)"))
                        .hasMessageContaining("permission denied for table audit");
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }

    @Test
    void nobodyChangesTheAuditWithoutTakingItsTriggersAway() {
        for (String sql : List.of("update audit set body = ''", "delete from audit", "truncate audit")) {
            assertThatThrownBy(() -> rows(sql)).hasMessageContaining("audit is append-only");
        }
    }

    /** As somebody would who owns the table. */
    private static void tamper(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table audit disable trigger append_only");
            statement.execute(sql);
            statement.execute("alter table audit enable trigger append_only");
        }
    }

    private static List<String> rows(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            List<String> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                while (statement.getResultSet().next()) {
                    rows.add(statement.getResultSet().getString(1));
                }
            }
            return rows;
        }
    }

    private boolean member(String name, Role role) {
        return identity.createMember(tenant, name, Member.Kind.PERSON, role, act("user.create", name));
    }

    private static boolean create(ApiKey key, String member, Set<Permission> permissions) {
        return identity.createKey(key, member, permissions, IN_A_YEAR, act("key.create", key.prefix()));
    }

    private static boolean rotate(String prefix, ApiKey next, Duration overlap) {
        return identity.rotateKey(prefix, next, IN_A_YEAR, overlap, act("key.rotate", prefix));
    }

    private List<AuditedAct> acts() {
        return database.audit().before(tenant, Long.MAX_VALUE, 1_000);
    }

    private static AuditEntry act(String action, String subject) {
        return new AuditEntry("cli:test", action, subject, "");
    }
}
