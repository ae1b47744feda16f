package io.tidemark.jobs.spec;

import io.tidemark.catalog.EnvironmentReader;
import io.tidemark.catalog.NamingRulesReader;
import io.tidemark.catalog.config.ConfigurationReference;
import io.tidemark.catalog.config.ConfigurationReference.FileKind;
import java.util.List;

/** The configuration reference, {@code docs/configuration.md}, from the declared keys. */
public final class JobReference {
  private JobReference() {}

  /** The kinds of files described, in the order of the page. */
  public static List<FileKind> fileKinds() {
    return List.of(
        new FileKind(
            "Environment: `conf/env/NAME.yml`",
            "Where Tidemark runs. Any key below can be set on the command line, which wins:"
                + " `--set stream.trigger='30 seconds'`.",
            EnvironmentReader.KEYS),
        new FileKind(
            "Layers: `conf/layers.yml`",
            "What layers there are and what the names of their tables look like.",
            NamingRulesReader.KEYS),
        new FileKind(
            "Ingest job: `conf/jobs/**.yml` with `topic`",
            "Reads a Kafka topic, once, into an ODS table.",
            JobKeys.INGEST),
        new FileKind(
            "Transform job: `conf/jobs/**.yml` with `sql`",
            "Cleans rows, one by one, and drops repeated ones.",
            JobKeys.TRANSFORM),
        new FileKind(
            "Aggregate job: `conf/jobs/**.yml` with `metrics`",
            "Groups rows by dimensions and a window of event time.",
            JobKeys.AGGREGATE),
        new FileKind(
            "Mirror job: `conf/jobs/**.yml` with `delete`",
            "Keeps the latest row of each primary key of a change log.",
            JobKeys.MIRROR));
  }

  /** The whole page. */
  public static String page() {
    return "# Configuration\n\n"
        + "Generated from the declared keys; rewrite it with\n"
        + "`mvn -pl iceberg-catalog,jobs test -Dtest=JobReferenceTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dtidemark.docs.write=true`.\n\n"
        + "Precedence: command line > environment file > job file > default. Unknown keys are"
        + " refused. Durations are\n"
        + "a whole number and a unit (milliseconds, seconds, minutes, hours, days), percentages end"
        + " with `%`, relative\n"
        + "paths start from the project's root. `NAME` in a key stands for a name of your choice.\n"
        + ConfigurationReference.markdown(fileKinds());
  }
}
