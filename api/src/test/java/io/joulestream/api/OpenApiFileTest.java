package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class OpenApiFileTest {
    /** Routes are told apart by path alone here; nothing is asked of them. */
    private static List<Route> routes() {
        return TestApi.routes();
    }

    @Test
    void everyRouteIsInTheFileAndBack() {
        assertThat(described().keySet())
                .isEqualTo(routes().stream().map(Route::path).collect(Collectors.toSet()));
    }

    @Test
    void everyQueryParameterIsInTheFileAndBack() {
        Map<String, Set<String>> described = described();

        for (Route route : routes()) {
            assertThat(described.get(route.path())).as(route.path()).isEqualTo(route.parameters());
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        Map<?, ?> file = file();

        new References(file).check(file);
    }

    private record References(Map<?, ?> file) {
        void check(Object node) {
            if (node instanceof Map<?, ?> map) {
                if (map.get("$ref") instanceof String reference) {
                    assertThat(resolve(file, reference)).as(reference).isNotNull();
                }
                map.values().forEach(this::check);
            } else if (node instanceof List<?> list) {
                list.forEach(this::check);
            }
        }
    }

    private static Object resolve(Map<?, ?> file, String reference) {
        Object at = file;
        for (String part : reference.substring(2).split("/")) {
            at = ((Map<?, ?>) at).get(part);
        }
        return at;
    }

    /** The names of the query parameters, by path. */
    private static Map<String, Set<String>> described() {
        Map<?, ?> file = file();
        Map<String, Set<String>> described = new TreeMap<>();
        ((Map<?, ?>) file.get("paths")).forEach((path, item) -> {
            Map<?, ?> get = (Map<?, ?>) ((Map<?, ?>) item).get("get");
            Set<String> names = new TreeSet<>();
            Object parameters = get.get("parameters");
            for (Object parameter : parameters == null ? List.of() : (List<?>) parameters) {
                Map<?, ?> resolved = (Map<?, ?>) resolve(file, (String) ((Map<?, ?>) parameter).get("$ref"));
                if (resolved.get("in").equals("query")) {
                    names.add((String) resolved.get("name"));
                } else {
                    assertThat((String) path).contains("{" + resolved.get("name") + "}");
                }
            }
            described.put((String) path, names);
        });
        return described;
    }

    private static Map<?, ?> file() {
        try (InputStream in = OpenApiFileTest.class.getResourceAsStream("/openapi.yaml")) {
            return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
