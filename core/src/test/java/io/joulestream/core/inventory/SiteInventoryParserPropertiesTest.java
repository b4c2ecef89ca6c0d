package io.joulestream.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Seeded; a failure names its seed. */
class SiteInventoryParserPropertiesTest {
    private static final String ALPHABET = " \n\t:-[]{}#&*!|>'\"%@`,?/.0123456789azAZ~ä€\u0000\uD800";

    @Test
    void noTextHoweverBrokenMakesTheParserThrow() {
        String[] examples = {"edge-two-racks.yaml", "edge-no-facility-meter.yaml", "hyperscale-hall.yaml"};
        for (long seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String example = ExampleSitesTest.read(ExampleSitesTest.FOLDER.resolve(examples[random.nextInt(3)]));

            String broken = broken(example, random);

            assertThat(result(broken)).as("seed %d", seed).satisfies(result -> {
                if (result instanceof InventoryResult.Invalid invalid) {
                    assertThat(invalid.problems()).isNotEmpty();
                    assertThat(invalid.problems()).allMatch(problem -> problem.line() >= 1);
                }
            });
        }
    }

    private static InventoryResult result(String text) {
        return SiteInventoryParser.parse(text);
    }

    private static String broken(String text, SplittableRandom random) {
        StringBuilder broken = new StringBuilder(text);
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(broken.length());
            switch (random.nextInt(4)) {
                case 0 -> broken.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> broken.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 2 -> broken.delete(at, Math.min(broken.length(), at + 1 + random.nextInt(20)));
                default -> broken.insert(at, broken.substring(at, Math.min(broken.length(), at + random.nextInt(60))));
            }
        }
        return broken.toString();
    }
}
