package io.joulestream.storage;

import static io.joulestream.storage.Rows.NOON;
import static io.joulestream.storage.Rows.channelMinute;
import static java.math.BigInteger.valueOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.storage.testing.LedgerServer;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EntityEnergyIT {
    private static Database database;
    private static LedgerQueries queries;

    @BeforeAll
    static void open() throws SQLException {
        database = Database.open(LedgerServer.newDatabase());
        queries = database.queries();
        try (LedgerWriter writer = database.openWriter()) {
            for (int minute = 0; minute < 3; minute++) {
                for (String entity : List.of("node-1", "node-2", "node-3")) {
                    writer.write(channelMinute("acme", entity, NOON.plusSeconds(60L * minute), Long.MAX_VALUE, 1));
                }
                writer.write(channelMinute("other", "node-1", NOON.plusSeconds(60L * minute), 5, 1));
            }
            writer.flush();
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void minutesOfEachNamedEntityAreSummedBeyondALong() {
        BigInteger twice = valueOf(Long.MAX_VALUE).multiply(valueOf(2));
        EnergyTotal energy = new EnergyTotal(twice, valueOf(4), valueOf(-6));

        assertThat(queries.entityEnergy("acme", "fra1", List.of("node-3", "node-1"), NOON, NOON.plusSeconds(120)))
                .containsExactly(
                        new EntityEnergy("node-1", Rows.POWER, energy, 118_000),
                        new EntityEnergy("node-3", Rows.POWER, energy, 118_000));
    }

    @Test
    void whatHasNoMinutesIsLeftOut() {
        assertThat(queries.entityEnergy("acme", "fra1", List.of("node-1", "nobody"), NOON.minusSeconds(60), NOON))
                .isEmpty();
        assertThat(queries.entityEnergy("acme", "fra1", List.of(), NOON, NOON.plusSeconds(60)))
                .isEmpty();
    }
}
