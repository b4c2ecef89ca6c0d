package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpeningTest {
    private final AtomicInteger closed = new AtomicInteger();
    private final AutoCloseable part = closed::incrementAndGet;

    @Test
    void whatIsTakenIsTheCallersToClose() throws Exception {
        try (Opening<AutoCloseable> opening = Opening.begin("test", () -> part)) {
            assertThat(opening.take()).isSameAs(part);
        }

        assertThat(closed).hasValue(0);
    }

    @Test
    void whatNobodyTakesIsClosedAlsoWhereItOpensLater() throws Exception {
        CountDownLatch leaving = new CountDownLatch(1);
        try (Opening<AutoCloseable> opening = Opening.begin("test", () -> {
            leaving.await();
            return part;
        })) {
            assertThat(opening).isNotNull();
            leaving.countDown();
        }

        assertThat(closed).hasValue(1);
    }

    @Test
    void whatKeepsItFromBeingOpenedIsToldToWhoTakesIt() throws Exception {
        UserError refusal = new UserError("it is not there");
        try (Opening<AutoCloseable> opening = Opening.begin("test", () -> {
            throw refusal;
        })) {
            assertThatThrownBy(opening::take).isSameAs(refusal);
        }

        assertThat(closed).hasValue(0);
    }
}
