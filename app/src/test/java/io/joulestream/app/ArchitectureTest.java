package io.joulestream.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The modules compile against what the picture of the modules says, and packages keep what they promise. */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.joulestream");

    @ParameterizedTest
    @CsvSource({
        "core, core",
        "wire, wire core",
        "ingest, ingest wire core",
        "storage, storage core",
        "streaming, streaming storage wire core",
        "api, api storage core"
    })
    void aModuleDependsOnlyOnTheModulesBelowIt(String module, String allowed) {
        String[] packages = Arrays.stream(allowed.split(" "))
                .map(name -> "io.joulestream." + name + "..")
                .toArray(String[]::new);

        check(noClasses()
                .that(resideInAPackage("io.joulestream." + module + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.joulestream..").and(not(resideInAnyPackage(packages)))));
    }

    @Test
    void everyModuleIsLookedAt() {
        for (String module : List.of("core", "wire", "ingest", "storage", "streaming", "api", "app")) {
            assertThat(OURS).as(module).anyMatch(type -> type.getPackageName().startsWith("io.joulestream." + module));
        }
    }

    @Test
    void coreIsPureJavaButForTheYamlReaders() {
        check(classes()
                .that(resideInAPackage("io.joulestream.core.."))
                .and(not(resideInAnyPackage("io.joulestream.core.inventory..", "io.joulestream.core.savings..")))
                .and(not(simpleName("VectorKernel")))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "io.joulestream.core..")));
        // the one class that is linked only where the incubating Vector API is present
        check(classes()
                .that(resideInAPackage("io.joulestream.core.."))
                .and(simpleName("VectorKernel"))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "io.joulestream.core..", "jdk.incubator.vector..")));
        check(classes()
                .that(resideInAnyPackage("io.joulestream.core.inventory..", "io.joulestream.core.savings.."))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "io.joulestream.core..", "org.snakeyaml.engine..")));
    }

    @Test
    void coreHasNoNetworkDatabaseOrThread() {
        check(noClasses()
                .that(resideInAPackage("io.joulestream.core.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net..", "java.sql..", "java.util.concurrent.."))
                .orShould()
                .dependOnClassesThat(equivalentTo(Thread.class)));
    }

    @Test
    void theCoreAsksNoClock() {
        check(noClasses()
                .that(resideInAPackage("io.joulestream.core.."))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime"));
    }

    @Test
    void noFloatingPointComesNearTheEnergyLedger() {
        DescribedPredicate<JavaClass> floating = equivalentTo(double.class)
                .or(equivalentTo(float.class))
                .or(equivalentTo(Double.class))
                .or(equivalentTo(Float.class));
        String[] ledger = {
            "io.joulestream.core.energy..", "io.joulestream.core.account..", "io.joulestream.core.ledger.."
        };
        check(fields().that()
                .areDeclaredInClassesThat(resideInAnyPackage(ledger))
                .should()
                .notHaveRawType(floating));
        check(methods()
                .that()
                .areDeclaredInClassesThat(resideInAnyPackage(ledger))
                .should()
                .notHaveRawReturnType(floating));
        check(noClasses().that(resideInAnyPackage(ledger)).should().dependOnClassesThat(floating));
    }

    @Test
    void theTruthOfTheGeneratorIsReckonedWithoutTheLedger() {
        check(noClasses()
                .that(resideInAPackage("io.joulestream.app.truth.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.joulestream.core.."))
                .allowEmptyShould(true));
    }

    @Test
    void flinkIsKnownToTheJobAndToWhoStartsIt() {
        check(noClasses()
                .that(resideInAnyPackage(
                        "io.joulestream.core..",
                        "io.joulestream.wire..",
                        "io.joulestream.ingest..",
                        "io.joulestream.storage..",
                        "io.joulestream.api.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.flink..")));
    }

    @Test
    void noModuleHasCyclesBetweenItsPackages() {
        for (String module : List.of("core", "wire", "ingest", "storage", "streaming", "api", "app")) {
            check(slices().matching("io.joulestream." + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true));
        }
    }

    @Test
    void nobodyLogsByJavasOwnLogging() {
        check(noClasses().should().dependOnClassesThat(resideInAPackage("java.util.logging..")));
    }

    @Test
    void onlyTheCommandLineWritesToTheConsole() {
        check(noClasses()
                .that(not(resideInAPackage("io.joulestream.app..")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void nobodySleeps() {
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class));
        check(noClasses().should().callMethod(Thread.class, "sleep", long.class, int.class));
        check(noClasses().should().callMethod(TimeUnit.class, "sleep", long.class));
    }

    private static void check(ArchRule rule) {
        rule.check(OURS);
    }
}
