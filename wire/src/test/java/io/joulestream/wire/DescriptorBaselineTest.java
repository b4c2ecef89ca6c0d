package io.joulestream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.joulestream.wire.v1.InventoryVersion;
import io.joulestream.wire.v1.TelemetryFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What travels may only grow. The baseline is one line per field and enum value; a new number means a new line in the
 * file, while a line that is changed or gone breaks bytes that were already written.
 */
class DescriptorBaselineTest {
    @Test
    void theWireContractIsTheCommittedOne() throws IOException {
        List<String> committed = committed();
        List<String> compiled = Stream.of(TelemetryFrame.getDescriptor(), InventoryVersion.getDescriptor())
                .flatMap(message -> linesOf(message.getFile()).stream())
                .toList();

        List<String> gone =
                committed.stream().filter(l -> !compiled.contains(l)).toList();
        List<String> added =
                compiled.stream().filter(l -> !committed.contains(l)).toList();

        assertThat(gone)
                .as("lines of wire-baseline.txt that the .proto no longer says; now it says %s", added)
                .isEmpty();
        assertThat(added)
                .as("new in the .proto: add these lines to wire-baseline.txt")
                .isEmpty();
    }

    private static List<String> linesOf(FileDescriptor file) {
        List<String> lines = new ArrayList<>();
        file.getEnumTypes().forEach(type -> addEnum(type, lines));
        file.getMessageTypes().forEach(type -> addMessage(type, lines));
        return lines;
    }

    private static void addEnum(EnumDescriptor type, List<String> lines) {
        type.getValues()
                .forEach(value ->
                        lines.add("enum " + type.getFullName() + " " + value.getNumber() + " " + value.getName()));
    }

    private static void addMessage(Descriptor type, List<String> lines) {
        type.getFields().stream()
                .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
                .forEach(field -> lines.add("message " + type.getFullName() + " " + field.getNumber() + " "
                        + (field.isRepeated() ? field.isPacked() ? "packed " : "repeated " : "") + typeOf(field) + " "
                        + field.getName()));
        type.getEnumTypes().forEach(nested -> addEnum(nested, lines));
        type.getNestedTypes().forEach(nested -> addMessage(nested, lines));
    }

    private static String typeOf(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static List<String> committed() throws IOException {
        try (InputStream in = DescriptorBaselineTest.class.getResourceAsStream("/wire-baseline.txt")) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .toList();
        }
    }
}
