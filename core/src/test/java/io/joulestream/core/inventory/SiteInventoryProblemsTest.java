package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.below;
import static io.joulestream.core.inventory.Sites.gpu;
import static io.joulestream.core.inventory.Sites.meter;
import static io.joulestream.core.inventory.Sites.node;
import static io.joulestream.core.inventory.Sites.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entities of {@link Sites#yaml} start on line 7. */
class SiteInventoryProblemsTest {
    @Test
    void allProblemsAreToldAtOnceEachWithItsLine() {
        String yaml = """
                site: Edge Berlin
                kind: egde
                zone: Europe/Berlim
                effectiveFrom: yesterday
                acceptHistory: 35 days
                itBoundary: GPU
                colour: blue
                tariff: { currency: EURO, perKwh: cheap }
                entities:
                  - id: meter 1
                    kind: METTER
                    role: GRID_IMPROT
                    nameplateW: -1
                    channels:
                      - { metric: meter.energy.activ, samplePeriod: PT0S, resolutionJ: 1 }
                """;

        List<Problem> problems = problems(yaml);

        assertThat(problems.stream().map(Problem::line))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 8, 10, 11, 12, 13, 15, 15);
        assertThat(problems.stream().map(Problem::path))
                .containsExactly(
                        "site",
                        "kind",
                        "zone",
                        "effectiveFrom",
                        "acceptHistory",
                        "itBoundary",
                        "colour",
                        "tariff.currency",
                        "tariff.perKwh",
                        "entities[0].id",
                        "entities[0].kind",
                        "entities[0].role",
                        "entities[0].nameplateW",
                        "entities[0].channels[0].samplePeriod",
                        "entities[0].channels[0].metric");
        assertThat(problems.get(1).message()).contains("(did you mean EDGE?)");
        assertThat(problems.get(2).message()).contains("(did you mean Europe/Berlin?)");
        assertThat(problems.get(11).message()).contains("(did you mean GRID_IMPORT?)");
        assertThat(problems.get(14).message()).contains("(did you mean meter.energy.active?)");
    }

    @Test
    void anUnknownKeyIsAnErrorThatNamesTheLikelyOne() {
        assertThat(only(yaml("NODE_IN", node("n") + ", namplateW: 3")))
                .isEqualTo(new Problem(7, "entities[0].namplateW", "unknown key (did you mean nameplateW?)"));
        assertThat(only(yaml("NODE_IN", node("n")) + "tarif: {}\n").message())
                .isEqualTo("unknown key (did you mean tariff?)");
        assertThat(only(yaml("NODE_IN", node("n")) + "colour: blue\n").message())
                .isEqualTo("unknown key");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(problems("name: x\n").stream().map(Problem::path))
                .containsExactly("site", "kind", "zone", "effectiveFrom", "itBoundary", "entities");
        assertThat(problems(yaml("NODE_IN", "parent: x", "id: a, channels: [ {} ]")).stream()
                        .map(Problem::path))
                .contains(
                        "entities[0].id",
                        "entities[0].kind",
                        "entities[0].role",
                        "entities[1].channels[0].metric",
                        "entities[1].channels[0].samplePeriod");
        assertThat(only(Sites.HEAD + "itBoundary: NODE_IN\nentities: []\n").message())
                .contains("at least one entity");
        assertThat(only(yaml("NODE_IN", node("n")) + "designPue:\n").message()).contains("has no value");
    }

    @Test
    void aKeyGivenTwiceIsRefusedWithBothLines() {
        assertThat(only(yaml("NODE_IN", node("n")) + "site: other\n"))
                .isEqualTo(new Problem(8, "site", "is given twice, first on line 1"));
    }

    @Test
    void anEntityListedTwiceIsRefused() {
        assertThat(only(yaml("NODE_IN", node("n[1-3]"), node("n2"))))
                .isEqualTo(new Problem(8, "entities[1].id", "'n2' is listed twice, first on line 7"));
    }

    @Test
    void anEntityWithTwoParentsIsRefusedInTheseWords() {
        Problem problem = only(yaml(
                "NODE_IN", meter("a", "IT_SUB"), meter("b", "IT_SUB"), below("a", node("n")), below("b", node("n"))));

        assertThat(problem)
                .isEqualTo(new Problem(
                        10, "entities[3].id", "'n' has two parents: 'a' (line 9) and 'b'; an entity has one"));
    }

    @Test
    void aParentOrOwnerThatDoesNotExistIsToldOncePerRange() {
        assertThat(only(yaml("NODE_IN", node("n[1-3]"), gpu("n[1-3]/g", "m[1-3]"))))
                .isEqualTo(new Problem(
                        8, "entities[1].parent", "parent 'm1' of 'n1/g' does not exist (and 2 more of this range)"));
        assertThat(only(yaml("NODE_IN", node("n") + ", owner: gw")).message())
                .isEqualTo("owner 'gw' of 'n' does not exist");
    }

    @Test
    void aRangeThatDoesNotFitItsParentsIsRefused() {
        assertThat(only(yaml("NODE_IN", node("n[1-3]"), gpu("n[1-3]/g", "n[1-2]")))
                        .message())
                .startsWith("range 1 has 2 members, but in the id 'n[1-3]/g' it has 3");
        assertThat(only(yaml("NODE_IN", node("n[1-3]"), gpu("g", "n[1-3]"))).message())
                .startsWith("has 1 ranges, but the id 'g' has 0");
    }

    @Test
    void aCycleIsToldOnceWithItsWay() {
        Problem problem = only(yaml(
                "NODE_IN",
                below("c", meter("a", "IT_SUB")),
                below("a", meter("b", "IT_SUB")),
                below("b", meter("c", "IT_SUB")),
                below("c", node("n"))));

        assertThat(problem)
                .isEqualTo(new Problem(7, "entities[0].parent", "'a' is its own ancestor: 'a' -> 'c' -> 'b' -> 'a'"));
        assertThat(only(yaml("NODE_IN", below("a", meter("a", "IT_SUB")))).message())
                .isEqualTo("'a' is its own ancestor: 'a' -> 'a'");
    }

    @Test
    void aTreeDeeperThan64LevelsIsRefused() {
        String[] chain = IntStream.range(0, 70)
                .mapToObj(i -> i == 0 ? meter("m0", "IT_SUB") : below("m" + (i - 1), meter("m" + i, "IT_SUB")))
                .toArray(String[]::new);

        assertThat(only(yaml("NODE_IN", chain)).message()).contains("'m64' lies deeper than 64 levels");
    }

    @ParameterizedTest
    @CsvSource({"PDU_OUT, PDU_OUT", "PDU_OUT, GRID_IMPORT", "NODE_IN, UPS_OUT", "NODE_IN, COOLING_ELEC"})
    void aTotalThatWouldSumTwoLevelsIsRefused(String itBoundary, String role) {
        List<Problem> problems = problems(yaml(
                itBoundary,
                meter("top", role),
                below("top", meter("between", "IT_SUB")),
                below("between", meter("low[1-2]", role)),
                meter("x", itBoundary).replace("METER", "NODE")));

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).line()).isEqualTo(9);
        assertThat(problems.get(0).message())
                .startsWith(role + " 'low1' lies below " + role + " 'top'")
                .endsWith("(and 1 more of this range)");
    }

    @Test
    void aCheckMeterNeedsWhatItChecks() {
        assertThat(only(yaml("NODE_IN", node("n"), meter("c", "CHECK"))).message())
                .contains("role CHECK measures the same load as a parent");
    }

    @Test
    void anItBoundaryThatNoEntityHasIsRefusedWhereOthersMeasureIt() {
        assertThat(only(yaml("PDU_OUT", node("n"))).message())
                .isEqualTo("itBoundary is PDU_OUT, but no entity has this role; 'n' has NODE_IN");
    }

    @Test
    void aSupplyOrBoundaryWithoutEnergyIsRefused() {
        assertThat(only(yaml("NODE_IN", node("n"), "id: m, kind: METER, role: GRID_IMPORT"))
                        .message())
                .isEqualTo("GRID_IMPORT needs an energy register or a power gauge");
        assertThat(only(yaml("PDU_OUT", "id: p, kind: PDU, role: PDU_OUT")).message())
                .isEqualTo("PDU_OUT needs an energy register or a power gauge");
    }

    @Test
    void energyWithoutNameplateIsRefused() {
        Problem problem = only(yaml("NODE_IN", node("n").replace("nameplateW: 1000,", "")));

        assertThat(problem.path()).isEqualTo("entities[0].nameplateW");
        assertThat(problem.message()).startsWith("is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "samplePeriod: PT0S | samplePeriod | must be between",
                "samplePeriod: PT-1S | samplePeriod | must be between",
                "samplePeriod: P32D | samplePeriod | must be between",
                "samplePeriod: 60 | samplePeriod | ISO 8601",
                "samplePeriod: PT0.0001S | samplePeriod | must be between",
                "samplePeriod: PT1.0001S | samplePeriod | whole milliseconds",
                "samplePeriod: PT1S, jitter: -PT1S | jitter | must be between",
                "samplePeriod: PT1S, resolutionW: 1 | resolutionW | must be resolutionJ: meter.energy.active is in J",
                "samplePeriod: PT1S, resolutionJ: 0.0000001 | resolutionJ | whole number of microjoules",
                "samplePeriod: PT1S, resolutionJ: 1e13 | resolutionJ | too large",
                "samplePeriod: PT1S, resolutionJ: 1e999999999 | resolutionJ | must be a number",
                "samplePeriod: PT1S, modulusJ: 0 | modulusJ | must be > 0",
                "samplePeriod: PT1S, resolutionJ: 5, modulusJ: 5 | metric | starts again before",
                "samplePeriod: PT1S, sampleKind: instant | sampleKind | is for gauges",
                "samplePeriod: PT1S, ctRatio: 0 | ctRatio | positive ratio",
                "samplePeriod: PT1S, ctRatio: [ 400, 5 ] | ctRatio | single value"
            })
    void aBadChannelIsRefused(String channel, String key, String message) {
        Problem problem = only(yaml(
                "NODE_IN",
                "id: m, kind: METER, role: IT_SUB, nameplateW: 9, channels: [ { metric: meter.energy.active, " + channel
                        + " } ]"));

        assertThat(problem.line()).isEqualTo(7);
        assertThat(problem.path()).isEqualTo("entities[0].channels[0]." + key);
        assertThat(problem.message()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "METER | IT_SUB | gpu.power | cannot be read from a METER",
                "METER | IT_SUB | node.power | cannot be read from a METER",
                "GPU_SLICE | IT_SUB | gpu.energy | cannot be read from a GPU_SLICE",
                "METER | IT_SUB | cpu.package.energy | cannot be read from a METER",
                "NODE | NODE_IN | job.tokens | belongs to jobs"
            })
    void aMetricThatADeviceCannotHaveIsRefused(String kind, String role, String metric, String message) {
        String entity = "id: x, kind: " + kind + ", role: " + role + ", nameplateW: 9, channels: [ { metric: " + metric
                + ", samplePeriod: PT1S } ]";

        assertThat(only(yaml("NODE_IN", entity)).message()).contains(message);
    }

    @Test
    void rolesThatDoNotFitAKindAreRefused() {
        assertThat(only(yaml("NODE_IN", "id: x, kind: NODE, role: GPU")).message())
                .startsWith("GPU needs kind GPU");
        assertThat(only(yaml("NODE_IN", "id: x, kind: GPU, role: IT_SUB")).message())
                .startsWith("kind GPU needs role");
        assertThat(only(yaml("NODE_IN", "id: x, kind: RACK, role: NODE_IN")).message())
                .startsWith("NODE_IN needs kind NODE");
        assertThat(only(yaml("NODE_IN", "id: x, kind: JOB, role: SENSOR")).message())
                .startsWith("jobs are no part");
        assertThat(only(yaml("NODE_IN", "id: x, kind: METER, role: WATER_IN")).path())
                .isEqualTo("entities[0].water");
        assertThat(only(yaml("NODE_IN", node("n") + ", renewable: true")).message())
                .isEqualTo("is for role ONSITE_GEN, not for NODE_IN");
        assertThat(only(yaml("NODE_IN", node("n") + ", allocationKey: bytes")).path())
                .isEqualTo("entities[0].allocationKey");
    }

    @Test
    void aMetricGivenTwiceForOneEntityIsRefused() {
        String twice = node("n").replace(" ]", ", { metric: node.power, samplePeriod: PT2S } ]");

        assertThat(only(yaml("NODE_IN", twice)).message()).contains("given twice");
    }

    @Test
    void moreThan64ChannelsAreRefused() {
        String many = IntStream.range(0, 65)
                .mapToObj(i -> "{ metric: env.humidity, samplePeriod: PT1S }")
                .collect(Collectors.joining(", "));

        assertThat(only(yaml("NODE_IN", "id: x, kind: RACK, role: SENSOR, channels: [ " + many + " ]"))
                        .message())
                .startsWith("65 channels");
    }

    @Test
    void moreThan512EntitiesOfOneOwnerAreRefused() {
        assertThat(problems(yaml("NODE_IN", node("n"), gpu("n/g[1-511]", "n")))).isEmpty();
        assertThat(only(yaml("NODE_IN", node("n"), gpu("n/g[1-512]", "n"))))
                .isEqualTo(new Problem(7, "entities[0]", "'n' owns 513 entities; one frame carries at most 512"));
    }

    @Test
    void tooManyEntitiesAreRefusedBeforeAnyIsMade() {
        Problem problem = only(yaml("NODE_IN", node("n"), node("a[1-999999999]/b[1-999999999]/c[1-999999999]")));

        assertThat(problem.line()).isEqualTo(8);
        assertThat(problem.message()).contains("more than 2000000 entities");
    }

    @Test
    void aTextOfMoreThan16MebibytesIsRefused() {
        assertThat(only("#" + "a".repeat(16 << 20)).message()).contains("larger than 16 MiB");
        assertThat(only("#" + "ä".repeat(8 << 20)).message()).contains("larger than 16 MiB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [x,x]\nb: &b [*a,*a]\n",
                "a: *a\n",
                "a: !!java.net.URL x\n",
                "a: !thing [ 1 ]\n",
                "? [ 1 ]\n: 2\n",
                "--- 1\n--- 2\n",
                "",
                "# nothing\n",
                "- a\n",
                "text",
                "a: [1\n",
                "a: 'x\n",
                "\t- a",
                "a: \u0000",
                "a: \uD800",
                "%YAML 9.9\n---\na: 1\n",
                "<<: { site: s }\n"
            })
    void whatIsNoPlainYamlMappingIsRefused(String yaml) {
        assertThat(problems(yaml)).isNotEmpty();
    }

    @Test
    void halfACharacterIsRefusedBeforeTheYamlParserStumblesOverIt() {
        assertThat(only("site: s\n#" + "a".repeat(1_014) + "\uD83D"))
                .isEqualTo(new Problem(2, "", "half a character, an unpaired surrogate"));
    }

    @Test
    void aliasesAreRefusedWhereTheyStand() {
        assertThat(only("site: s\nname: &n x\nzone: *n\n"))
                .isEqualTo(new Problem(2, "name", "anchors are not supported: &n"));
    }

    @Test
    void nestingIsRefusedBeforeTheStackEnds() {
        assertThat(only("a: " + "[".repeat(1_000_000)).message()).startsWith("nested deeper than 16");
        assertThat(only("a:\n" + "- ".repeat(1_000_000)).message()).startsWith("nested deeper than 16");
    }

    @Test
    void problemsBeyondAThousandAreCounted() {
        StringBuilder yaml = new StringBuilder(yaml("NODE_IN", node("n")));
        IntStream.range(0, 3_000).forEach(i -> yaml.append("x").append(i).append(": 1\n"));

        List<Problem> problems = problems(yaml.toString());

        assertThat(problems).hasSize(1_001);
        assertThat(problems.get(1_000).message()).isEqualTo("and 2000 more problems");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+01:00", "Z", "CEST", "europe/berlin", "SystemV/EST5", "Mars/Olympus"})
    void onlyZonesOfTheTzDatabaseAreZones(String zone) {
        Problem problem = only(yaml("NODE_IN", node("n")).replace("Europe/Berlin", "\"" + zone + "\""));

        assertThat(problem.line()).isEqualTo(3);
        assertThat(problem.message()).startsWith("must be an IANA time zone");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "designPue: 0.9 | must be >= 1",
                "designPue: 0x10 | must be a number",
                "installedItKw: 0 | must be > 0",
                "residualAlertPercent: 0 | must be > 0",
                "gridZone: de | must be a grid zone",
                "allowHistory: yes | must be true or false",
                "acceptHistory: PT0S | must be between",
                "tenant: Acme | must be 1 to 40",
                "tariff: 0.21 | must be a mapping",
                "tariff: { currency: EUR, perKwh: -1 } | must be >= 0"
            })
    void aBadFieldOfTheSiteIsRefused(String field, String message) {
        assertThat(only(yaml("NODE_IN", node("n")) + field + "\n").message()).contains(message);
    }

    private static Problem only(String yaml) {
        List<Problem> problems = problems(yaml);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    private static List<Problem> problems(String yaml) {
        return SiteInventoryParser.parse(yaml) instanceof InventoryResult.Invalid invalid
                ? invalid.problems()
                : List.of();
    }
}
