package io.joulestream.storage;

import io.joulestream.storage.testing.LedgerServer;
import java.nio.file.Path;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;

/** Writes jOOQ's classes of the migrated schema into the folder given as the only argument. */
final class GenerateTables {
    private GenerateTables() {}

    public static void main(String[] args) throws Exception {
        generate(Path.of(args[0]));
    }

    static void generate(Path folder) throws Exception {
        DatabaseAddress address = LedgerServer.newEmbeddedDatabase();
        Schema.migrate(address);
        GenerationTool.generate(new Configuration()
                .withLogging(Logging.WARN)
                .withJdbc(new Jdbc()
                        .withDriver("org.postgresql.Driver")
                        .withUrl(address.jdbcUrl())
                        .withUser(address.user())
                        .withPassword(address.password()))
                .withGenerator(new Generator()
                        .withDatabase(new Database()
                                .withName("org.jooq.meta.postgres.PostgresDatabase")
                                .withInputSchema("public")
                                .withOutputSchemaToDefault(true)
                                .withIncludes("public\\..*")
                                .withExcludes("public\\.flyway_schema_history.*")
                                .withIncludeRoutines(false)
                                .withForcedTypes(new ForcedType()
                                        .withName("INSTANT")
                                        .withIncludeTypes("(?i:timestamp with time zone|timestamptz)")))
                        .withGenerate(new Generate()
                                .withRecords(false)
                                .withIndexes(false)
                                .withImplicitJoinPathsToOne(false)
                                .withImplicitJoinPathsToMany(false)
                                .withGeneratedAnnotation(false)
                                .withComments(false))
                        .withTarget(new Target()
                                .withPackageName("io.joulestream.storage.generated")
                                .withDirectory(folder.toString()))));
    }
}
