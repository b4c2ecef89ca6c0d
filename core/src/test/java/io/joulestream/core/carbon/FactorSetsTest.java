package io.joulestream.core.carbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FactorSetsTest {
    private static final String HEADER =
            "set,version,zone,year,basis,gas_set,kgco2e_per_kwh,source,licence,retrieved\n";

    @Test
    void theShippedSetsAreOfGenerationOnly() {
        List<FactorSet> sets = FactorSets.shipped().sets();

        assertThat(sets).extracting(FactorSet::name).containsExactly("epa-egrid", "uk-desnz");
        assertThat(sets).extracting(FactorSet::basis).containsOnly(Basis.GENERATION);
        assertThat(sets).extracting(FactorSet::gasSet).containsExactly("AR6", "AR5");
        assertThat(sets.get(0).factors()).hasSize(28);
        assertThat(sets.get(1).years()).containsExactly(2016, 2017, 2018, 2019, 2020, 2021, 2024, 2025);
        assertThat(sets).allSatisfy(set -> assertThat(set.id()).matches(set.name() + "@[0-9a-f]{64}"));
    }

    /** Reports name these ids; sha256sum of the header and a set's own lines gives them. */
    @Test
    void theShippedSetsAreExactlyThese() {
        assertThat(FactorSets.shipped().sets())
                .extracting(FactorSet::id)
                .containsExactly(
                        "epa-egrid@7dd559ffcd1fc05c697bf36b1f99074ba5ebfdb149f6beeb5453baec4f678d32",
                        "uk-desnz@17b716407103b13eab86c1ce1c74cf63abadb467cbd37aa2e3bf6550534a2b8d");
    }

    @Test
    void aShippedFactorIsFoundByZoneAndYear() {
        FactorSets.Found california =
                FactorSets.shipped().generation("US-CAMX", 2022).orElseThrow();

        assertThat(california.factor().kgCo2ePerKwh()).isEqualByComparingTo("0.226511");
        assertThat(FactorSets.shipped()
                        .generation("US", 2022)
                        .orElseThrow()
                        .factor()
                        .kgCo2ePerKwh())
                .isEqualByComparingTo("0.375324");
        assertThat(FactorSets.shipped().generation("DE", 2026)).isEmpty();
    }

    @Test
    void theNearestEarlierYearServesButNoLaterOne() {
        assertThat(FactorSets.shipped()
                        .generation("GB", 2023)
                        .orElseThrow()
                        .factor()
                        .year())
                .isEqualTo(2021);
        assertThat(FactorSets.shipped().generation("GB", 2015)).isEmpty();
        assertThat(FactorSets.shipped().generation("US-CAMX", 2021)).isEmpty();
    }

    @Test
    void w25LifeCycleFactorsAreNeverFound() {
        FactorSets sets = FactorSets.parse(HEADER + "hourly,1,US-PJM,2022,LIFE_CYCLE,AR5,0.04686,s,l,2026-01-01\n");

        assertThat(sets.sets()).hasSize(1);
        assertThat(sets.generation("US-PJM", 2022)).isEmpty();
    }

    @Test
    void aSetKeepsItsIdWhenAnotherIsAdded() {
        String one = "a,1,AA,2022,GENERATION,AR5,0.5,s,l,2026-01-01\n";
        String other = "b,1,BB,2022,GENERATION,AR5,0.6,s,l,2026-01-01\n";

        FactorSet alone = FactorSets.parse(HEADER + one).sets().get(0);
        FactorSet beside = FactorSets.parse(HEADER + one + other).sets().get(0);
        FactorSet changed =
                FactorSets.parse(HEADER + one.replace("0.5", "0.51")).sets().get(0);

        assertThat(beside.id()).isEqualTo(alone.id());
        assertThat(changed.id()).isNotEqualTo(alone.id());
    }

    @Test
    void setsThatMixOrRepeatAreRefused() {
        String row = "a,1,AA,2022,GENERATION,AR5,0.5,s,l,2026-01-01\n";

        assertThatIllegalArgumentException().isThrownBy(() -> FactorSets.parse(HEADER + row + row));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FactorSets.parse(
                        HEADER + row + row.replace("AR5", "AR6").replace("AA", "BB")));
        assertThatIllegalArgumentException().isThrownBy(() -> FactorSets.parse("zone,year\n"));
        assertThatIllegalArgumentException().isThrownBy(() -> FactorSets.parse(HEADER + "a,1,AA\n"));
    }
}
