package io.joulestream.core.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurvivorListTest {
    @Test
    void everyListedSurvivorHasAReasonAndItsLineStillStands() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String[] cells : Survivor.rows()) {
            String row = String.join(" | ", cells);
            if (cells.length != 4 || cells[3].isBlank()) {
                wrong.add("not class, mutator, line and reason: " + row);
            } else if (Survivor.source(cells[0]).stream()
                    .noneMatch(line -> line.strip().equals(cells[2]))) {
                wrong.add("the class has no such line: " + row);
            }
        }

        assertThat(wrong).isEmpty();
    }
}
