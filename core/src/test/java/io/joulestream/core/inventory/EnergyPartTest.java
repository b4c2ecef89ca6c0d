package io.joulestream.core.inventory;

import static io.joulestream.core.inventory.Sites.below;
import static io.joulestream.core.inventory.Sites.gpu;
import static io.joulestream.core.inventory.Sites.meter;
import static io.joulestream.core.inventory.Sites.node;
import static io.joulestream.core.inventory.Sites.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnergyPartTest {
    private final SiteInventory site = site(
            "PDU_OUT",
            meter("grid", "GRID_IMPORT"),
            below("grid", "id: board, kind: METER, role: SENSOR"),
            below("board", meter("pdu", "PDU_OUT")),
            below("pdu", node("n")),
            gpu("n/g", "n"),
            below("pdu", meter("check", "CHECK")),
            below("pdu", node("sw").replace("NODE_IN", "NETWORK")),
            below("grid", meter("ch", "COOLING_ELEC").replace("METER", "CHILLER")),
            below("ch", meter("oil", "COOLING_ELEC").replace("COOLING_ELEC", "NETWORK")),
            "id: bare, kind: NODE, role: NODE_IN",
            gpu("bare/g", "bare"),
            "id: cold, kind: METER, role: THERMAL_IN, nameplateW: 9, channels: [ { metric: cool.heat, samplePeriod: PT1S } ]",
            "id: heat, kind: METER, role: HEAT_EXPORT, nameplateW: 9, channels: [ { metric: cool.heat, samplePeriod: PT1S } ]");

    @Test
    void anEntityCountsByWhatItIsAndByWhatFeedsIt() {
        assertThat(texts("grid")).containsExactly("GRID_IMPORT/METER/");
        assertThat(texts("pdu")).as("the board has no meter").containsExactly("PDU_OUT/METER/GRID_IMPORT");
        assertThat(texts("sw")).containsExactly("NETWORK/NODE/PDU_OUT");
        assertThat(texts("ch")).containsExactly("COOLING_ELEC/CHILLER/GRID_IMPORT");
        assertThat(texts("oil")).as("within the chiller's energy").containsExactly("NETWORK/METER/COOLING_ELEC");
        assertThat(texts("cold")).containsExactly("THERMAL_IN/METER/");
    }

    @Test
    void aGroupIsItsMeterAndGpusAreInItOnceMore() {
        assertThat(texts("n")).containsExactly("GROUP//PDU_OUT");
        assertThat(texts("n/g")).containsExactly("GPU//");
        assertThat(texts("bare/g")).as("no meter, so its GPU is the group").containsExactly("GROUP//", "GPU//");
    }

    @Test
    void whatIsNotSummedCountsAsNothing() {
        assertThat(texts("check")).isEmpty();
        assertThat(texts("board")).isEmpty();
        assertThat(texts("bare")).isEmpty();
        assertThat(texts("heat")).as("heat that leaves is no load").isEmpty();
    }

    @Test
    void aPartIsReadBackFromItsText() {
        for (String text : List.of("UNALLOCATED//", "GPU//", "GROUP//UPS_OUT", "COOLING_ELEC/CHILLER/GRID_IMPORT")) {
            assertThat(EnergyPart.parse(text).text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GPU", "GPU/", "GPU///", "LOAD//", "GROUP//MOON", "COOLING_ELEC/FRIDGE/"})
    void whatIsNoPartIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EnergyPart.parse(text));
    }

    private List<String> texts(String id) {
        return site.partsOf(site.entity(id).orElseThrow()).stream()
                .map(EnergyPart::text)
                .toList();
    }
}
