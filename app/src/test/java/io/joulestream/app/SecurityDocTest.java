package io.joulestream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SecurityDocTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        String threats = Files.readString(Path.of("../docs/security.md"));

        assertThat(TEST.matcher(threats).results().map(found -> found.group(1)))
                .isNotEmpty()
                .isSubsetOf(ProofsListTest.tests());
    }
}
