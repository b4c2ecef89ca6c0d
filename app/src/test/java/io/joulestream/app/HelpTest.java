package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    @ParameterizedTest
    @ValueSource(strings = {"help", "--help"})
    void helpNamesTheCommands(String asked) {
        CommandRun run = CommandRun.of(asked);

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("demo", "import", "nvfp4", "doctor", "Each command explains itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"import", "db", "key"})
    void eachCommandExplainsItself(String command) {
        CommandRun run = CommandRun.of("help", command);

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("Usage: joulestream " + command);
        assertThat(CommandRun.of(command, "--help").out()).isEqualTo(run.out());
    }

    @Test
    void whatIsNoCommandIsWrongUsageThatNamesOneLikeIt() {
        CommandRun run = CommandRun.of("imprt");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("imprt", "import");
    }
}
