package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerEventsTest {
    private static final String FIRST = "id: 1\nevent: pue\ndata: a\ndata:b\n\n";
    private static final String TEXT = "retry: 5000\n\n" + FIRST + ": nothing new\n\ndata: c\n\n";

    private static final List<ServerEvents.Event> EVENTS =
            List.of(new ServerEvents.Event("1", "pue", "a\nb"), new ServerEvents.Event("", "message", "c"));

    @Test
    void whereverTextIsCutOnlyWholeEventsAreRead() {
        int firstEnds = TEXT.indexOf(FIRST) + FIRST.length();

        IntStream.rangeClosed(0, TEXT.length()).forEach(end -> {
            int whole = end == TEXT.length() ? 2 : end >= firstEnds ? 1 : 0;
            assertThat(ServerEvents.parse(TEXT.substring(0, end))).as("%d", end).isEqualTo(EVENTS.subList(0, whole));
        });
    }
}
