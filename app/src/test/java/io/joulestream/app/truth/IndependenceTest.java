package io.joulestream.app.truth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class IndependenceTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.joulestream.app.truth", "io.joulestream.ingest.world");

    @Test
    void truthAndCheckerUseNothingOfTheProductsArithmetic() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.joulestream.core..",
                        "io.joulestream.streaming..",
                        "io.joulestream.storage..",
                        "io.joulestream.api..")
                .check(CLASSES);
    }

    @Test
    void theCheckerKnowsNothingOfTheGenerator() {
        noClasses()
                .that()
                .resideInAPackage("io.joulestream.app.truth")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.joulestream.ingest.world.World")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.joulestream.ingest.world.WorldSite")
                .check(CLASSES);
    }
}
