package io.joulestream.api;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.joulestream.api.OpenApi.Operation;
import io.joulestream.api.OpenApi.Place;
import io.joulestream.core.access.Permission;
import io.joulestream.core.alert.Alert;
import io.joulestream.core.alert.AlertKind;
import io.joulestream.core.alert.Severity;
import io.joulestream.core.inventory.Role;
import io.joulestream.core.kpi.FigureFlag;
import io.joulestream.core.kpi.Quality;
import io.joulestream.core.kpi.ReasonCode;
import io.joulestream.core.kpi.SiteBalance;
import io.joulestream.core.kpi.Status;
import io.joulestream.core.ledger.LedgerFlag;
import io.joulestream.storage.DatabaseTrouble;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpenApiFileTest {
    private static final OpenApi FILE = OpenApi.FILE;

    /** A misspelt one would check nothing. */
    private static final Set<String> KEYWORDS = Set.of(
            "$ref",
            "additionalProperties",
            "allOf",
            "anyOf",
            "const",
            "default",
            "description",
            "enum",
            "examples",
            "format",
            "items",
            "maxItems",
            "maximum",
            "minItems",
            "minLength",
            "minimum",
            "oneOf",
            "pattern",
            "properties",
            "required",
            "type",
            "unevaluatedProperties",
            "uniqueItems");

    /** Of a rule, what is as by default where it is not given. */
    private static final Set<String> SETTINGS =
            Set.of("site", "runs", "low", "high", "clearance", "for", "severity", "enabled");

    /** Told only where there is something to tell; every other field of every answer is always there. */
    private static final Map<String, Set<String>> OPTIONAL = Map.of(
            "#/components/schemas/Problem",
            Set.of("instance", "errors", "nearest_step", "reason"),
            "#/components/schemas/NewMember",
            Set.of("kind"),
            "#/components/schemas/NewKey",
            Set.of("expires_at", "permissions"),
            "#/components/schemas/Rotation",
            Set.of("expires_at", "overlap"),
            "#/components/schemas/AlertRuleSettings",
            SETTINGS,
            "#/components/schemas/NewAlertRule",
            SETTINGS,
            "#/components/schemas/WebhookChange",
            Set.of("url", "enabled"),
            "#/components/schemas/WebhookRotation",
            Set.of("overlap"),
            "#/components/schemas/Tensor",
            Set.of("mode", "transpose", "rht", "rounding", "seed", "stream", "amax"));

    /** Nothing is asked of them. */
    private static List<Route> routes() {
        return TestApi.routes();
    }

    @Test
    void everyRouteIsInTheFileAndBack() {
        assertThat(FILE.operations().stream().map(o -> o.method() + " " + o.path()))
                .containsExactlyInAnyOrderElementsOf(
                        routes().stream().map(Route::name).toList());
    }

    @Test
    void everyParameterIsInTheFileAndBack() {
        for (Route route : routes()) {
            Operation operation =
                    FILE.operation(route.method().name(), route.path()).orElseThrow();

            assertThat(names(operation, "query")).as(route.name()).isEqualTo(route.parameters());
            assertThat(names(operation, "path").stream().map(name -> "{" + name + "}"))
                    .as(route.name())
                    .containsExactlyInAnyOrderElementsOf(Stream.of(route.path().split("/"))
                            .filter(part -> part.startsWith("{"))
                            .toList());
        }
    }

    private static Set<String> names(Operation operation, String in) {
        return operation.parameters().stream()
                .filter(parameter -> parameter.text("in").equals(in))
                .map(parameter -> parameter.text("name"))
                .collect(toSet());
    }

    @Test
    void whatNeedsAPermissionTellsOfKeysAndWhatIsOpenDoesNot() {
        for (Route route : routes()) {
            Set<String> statuses = FILE.operation(route.method().name(), route.path())
                    .orElseThrow()
                    .statuses();

            if (route.path().equals("/v1/session")) {
                continue; // open to everybody, and refuses whoever is not known
            }
            assertThat(statuses.containsAll(Set.of("401", "403")))
                    .as(route.name())
                    .isEqualTo(route.access().permission().isPresent());
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndNothingIsDescribedForNobody() {
        Set<String> references = new TreeSet<>();
        eachReference(FILE.at("paths").value(), references);
        eachReference(FILE.at("components").value(), references);

        for (String reference : references) {
            FILE.at(reference.substring("#/".length()).split("/"));
        }
        Set<String> described = new TreeSet<>();
        for (String kind : List.of("parameters", "headers", "responses", "schemas")) {
            FILE.at("components", kind).keys().forEach(name -> described.add("#/components/" + kind + "/" + name));
        }
        // for whoever asks in a way that no address is asked in
        described.removeAll(Set.of("#/components/responses/405"));
        assertThat(references).containsAll(described);
    }

    private static void eachReference(Object node, Set<String> into) {
        if (node instanceof Map<?, ?> map) {
            if (map.get("$ref") instanceof String reference) {
                into.add(reference);
            }
            map.values().forEach(child -> eachReference(child, into));
        } else if (node instanceof List<?> list) {
            list.forEach(child -> eachReference(child, into));
        }
    }

    @Test
    void everyKeywordOfASchemaIsOneThatChecksOrExplains() {
        eachSchema((name, schema) -> assertThat(KEYWORDS).as(name).containsAll(schema.keys()));
    }

    /** So that an answer with one field more or less than described is found out. */
    @Test
    void everyObjectIsClosedAndHasAllItsFields() {
        String extended = "#/components/schemas/PueOfWindow";
        eachSchema((name, schema) -> {
            if (schema.child("properties").isEmpty()) {
                return;
            }
            boolean isClosed = Stream.of("additionalProperties", "unevaluatedProperties")
                    .anyMatch(keyword -> schema.text(keyword).equals("false"));
            assertThat(isClosed).as(name).isNotEqualTo(name.equals(extended));
            Set<String> required = schema.child("required").orElseThrow().children().stream()
                    .map(field -> (String) field.value())
                    .collect(toSet());
            Set<String> fields = schema.child("properties").orElseThrow().keys();
            fields.removeAll(OPTIONAL.getOrDefault(name, Set.of()));
            assertThat(required).as(name).isEqualTo(fields);
        });
    }

    @Test
    void everyCodeIsInTheFileAndBack() {
        assertCodes("Reason", ReasonCode.values());
        assertCodes("FigureFlag", FigureFlag.values());
        assertCodes("LedgerFlag", LedgerFlag.values());
        assertCodes("Role", Role.values());
        assertCodes("Permission", Permission.values());
        assertCodes("DatabaseTrouble", DatabaseTrouble.values());
        assertCodes("AlertKind", AlertKind.values());
        assertCodes("AlertSeverity", Severity.values());
        assertCodes("AlertClosing", Alert.Closing.values());
        assertCodes("DeliveryState", WebhookBody.State.values());
        assertCodes("BalanceLineName", SiteBalance.Line.values());
        assertThat(codes(FILE.at("components", "schemas", "Figure", "properties", "quality")))
                .isEqualTo(names(Quality.values()));
        assertThat(codes(FILE.at("components", "schemas", "Figure", "properties", "status")))
                .isEqualTo(names(Status.values()));
        assertThat(codes(FILE.at("components", "schemas", "Problem", "properties", "type")))
                .isEqualTo(Arrays.stream(ProblemKind.values())
                        .map(ProblemKind::type)
                        .collect(toSet()));
    }

    @Test
    void theColumnsOfTheCsvAreThoseThatAreWritten() {
        assertColumns("MonthlyExportCsv", ExportCsv.COLUMNS);
        assertColumns("PueCsv", new Columns<>(PueBody.PointBody.class).names());
        assertColumns("EnergyCsv", new Columns<>(EnergyBody.RowBody.class).names());
        assertColumns("DemandCsv", new Columns<>(DemandBody.IntervalBody.class).names());
        assertColumns("QuantitiesCsv", new Columns<>(QuantitiesBody.StepBody.class).names());
        assertColumns("BalanceCsv", new Columns<>(BalanceBody.RowBody.class).names());
        assertColumns("ChecksCsv", new Columns<>(ChecksBody.RowBody.class).names());
        assertColumns("RunsCsv", new Columns<>(RunLineBody.class).names());
        assertColumns("AuditCsv", new Columns<>(AuditBody.Line.class).names());
    }

    private static void assertColumns(String schema, List<String> columns) {
        assertThat(FILE.at("components", "schemas", schema).text("pattern"))
                .isEqualTo("^" + String.join(",", columns) + "\r\n");
    }

    private static void assertCodes(String schema, Enum<?>[] codes) {
        assertThat(codes(FILE.at("components", "schemas", schema))).as(schema).isEqualTo(names(codes));
    }

    private static Set<String> codes(Place schema) {
        return schema.child("enum").orElseThrow().children().stream()
                .map(code -> (String) code.value())
                .collect(toSet());
    }

    private static Set<String> names(Enum<?>[] codes) {
        return Arrays.stream(codes).map(Enum::name).collect(toSet());
    }

    /** Every schema that is written in the file, by where it stands. */
    private static void eachSchema(BiConsumer<String, Place> check) {
        Place schemas = FILE.at("components", "schemas");
        schemas.keys().forEach(name -> eachSchema(schemas.child(name).orElseThrow(), check));
        for (String kind : List.of("parameters", "headers")) {
            Place all = FILE.at("components", kind);
            all.keys()
                    .forEach(name -> all.child(name)
                            .flatMap(one -> one.child("schema"))
                            .ifPresent(schema -> eachSchema(schema, check)));
        }
    }

    private static void eachSchema(Place schema, BiConsumer<String, Place> check) {
        if (!(schema.value() instanceof Map<?, ?>)) {
            return;
        }
        check.accept(schema.pointer(), schema);
        schema.child("properties")
                .ifPresent(all -> all.keys().stream()
                        .filter(name -> !isReference(all, name))
                        .forEach(name -> eachSchema(all.child(name).orElseThrow(), check)));
        for (String keyword : List.of("items", "additionalProperties")) {
            if (!isReference(schema, keyword)) {
                schema.child(keyword).ifPresent(one -> eachSchema(one, check));
            }
        }
    }

    private static boolean isReference(Place parent, String key) {
        return ((Map<?, ?>) parent.value()).get(key) instanceof Map<?, ?> child && child.containsKey("$ref");
    }
}
