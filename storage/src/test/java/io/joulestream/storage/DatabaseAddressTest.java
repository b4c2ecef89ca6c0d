package io.joulestream.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DatabaseAddressTest {
    @Test
    void thePasswordIsNotShown() {
        assertThat(new DatabaseAddress("jdbc:postgresql://db/x", "me", "secret"))
                .hasToString("jdbc:postgresql://db/x as me");
    }

    @Test
    void onlyPostgresqlIsSpoken() {
        assertThatThrownBy(() -> new DatabaseAddress("jdbc:h2:mem:x", "me", ""))
                .hasMessage("jdbcUrl must start with jdbc:postgresql:");
    }

    @Test
    void aPasswordAmongTheParametersIsNotShown() {
        assertThat(new DatabaseAddress("jdbc:postgresql://db/ledger?user=x&password=secret", "u", "p"))
                .hasToString("jdbc:postgresql://db/ledger as u");
    }
}
