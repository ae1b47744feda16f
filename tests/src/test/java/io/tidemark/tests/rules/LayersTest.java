package io.tidemark.tests.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may use which. A rule that must bend is bent here, with its reason. */
@AnalyzeClasses(packages = "io.tidemark", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
  /** iceberg-catalog, then jobs, then the three leaves, which never use each other, then tests. */
  @ArchTest
  static final ArchRule DEPENDENCIES_RUN_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.tidemark..")
          .withOptionalLayers(true)
          .layer("catalog")
          .definedBy("io.tidemark.catalog..")
          .layer("jobs")
          .definedBy("io.tidemark.jobs..")
          .layer("reconciliation")
          .definedBy("io.tidemark.reconciliation..")
          .layer("compaction")
          .definedBy("io.tidemark.compaction..")
          .layer("tags")
          .definedBy("io.tidemark.tags..")
          .layer("tests")
          .definedBy("io.tidemark.tests..")
          .whereLayer("tests")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("reconciliation")
          .mayOnlyBeAccessedByLayers("tests")
          .whereLayer("compaction")
          .mayOnlyBeAccessedByLayers("tests")
          .whereLayer("tags")
          .mayOnlyBeAccessedByLayers("tests")
          .whereLayer("jobs")
          .mayOnlyBeAccessedByLayers("reconciliation", "compaction", "tags", "tests")
          .ensureAllClassesAreContainedInArchitecture();

  /** What is decided without Spark is tested without Spark, in milliseconds. */
  @ArchTest
  static final ArchRule DECISIONS_ARE_FREE_OF_THE_ENGINE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tidemark.catalog.config..",
              "io.tidemark.catalog.table..",
              "io.tidemark.compaction.health..",
              "io.tidemark.compaction.idle..",
              "io.tidemark.compaction.record..",
              "io.tidemark.compaction.spec..",
              "io.tidemark.jobs.alert..",
              "io.tidemark.jobs.mail..",
              "io.tidemark.jobs.spec..",
              "io.tidemark.jobs.schema..",
              "io.tidemark.jobs.decode..",
              "io.tidemark.jobs.operation..",
              "io.tidemark.jobs.sink..",
              "io.tidemark.jobs.source..",
              "io.tidemark.reconciliation.report..",
              "io.tidemark.reconciliation.mail..",
              "io.tidemark.tags.codec..",
              "io.tidemark.tags.history..",
              "io.tidemark.tags.kernel..",
              "io.tidemark.tags.spec..",
              "io.tidemark..plan..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..")
          .as(
              "specs, plans, records, codecs, kernels, decoders, sources, sinks, status, alerts, reports and mail import no Spark")
          .because("what is decided without the engine is tested without it");
}
