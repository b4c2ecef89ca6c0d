package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.joulestream.storage.MinuteRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinuteKeeperTest {
    @TempDir
    private Path folder;

    @Test
    void lessThanLateReadingsMayChangeAndFiveDaysIsRefused() {
        Duration acceptHistory = Duration.ofDays(35).plusHours(1);

        assertThatThrownBy(() -> MinuteKeeper.refuseTooShort(rules(40, 400), acceptHistory))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "joulestream.storage.keep-channel-minutes is 40d, and late readings may change minutes that are"
                                + " PT841H old (acceptHistory): set it to at least 41d");
        assertThatThrownBy(() -> MinuteKeeper.refuseTooShort(rules(41, 40), acceptHistory))
                .hasMessageContaining("joulestream.storage.keep-minutes is 40d");
        assertThatCode(() -> MinuteKeeper.refuseTooShort(rules(41, 41), acceptHistory))
                .doesNotThrowAnyException();
    }

    private static MinuteRules rules(int channelDays, int days) {
        return new MinuteRules(Duration.ofDays(channelDays), Duration.ofDays(days));
    }

    @Test
    void aTextThatThisReleaseCannotReadKeepsNoServiceFromStarting() throws IOException {
        String site = Files.readString(Path.of("../docs/examples/sites/edge-two-racks.yaml")) + "acceptHistory: P40D\n";

        assertThat(MinuteKeeper.longestAcceptHistory(List.of("no longer: a site\n", site)))
                .isEqualTo(Duration.ofDays(40));
        assertThat(MinuteKeeper.longestAcceptHistory(List.of("no longer: a site\n")))
                .isEqualTo(Duration.ofDays(35));
    }

    @Test
    void howLongMinutesAreKeptIsSetInWholeDays() throws IOException {
        Path file = Files.writeString(folder.resolve("own.conf"), "joulestream.storage.keep-minutes = 36h");

        assertThatThrownBy(() -> AppConfig.load(file))
                .isInstanceOf(UserError.class)
                .hasMessage("joulestream.storage.keep-minutes must be whole days and >= 1d, was PT36H");
    }
}
