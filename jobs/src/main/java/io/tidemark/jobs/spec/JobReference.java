package io.tidemark.jobs.spec;

import io.tidemark.catalog.EnvironmentReader;
import io.tidemark.catalog.NamingRulesReader;
import io.tidemark.catalog.config.ConfigurationReference;
import io.tidemark.catalog.config.ConfigurationReference.FileKind;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.table.TableKeys;
import java.util.ArrayList;
import java.util.List;

/** The configuration reference, {@code docs/configuration.md}, from the declared keys. */
public final class JobReference {
  private JobReference() {}

  /** The kinds of files described, in the order of the page: other modules' come last. */
  public static List<FileKind> fileKinds() {
    List<FileKind> kinds = new ArrayList<>(own());
    DeclarationKind.installed().forEach(kind -> kinds.add(kind.reference()));
    return List.copyOf(kinds);
  }

  private static List<FileKind> own() {
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
            "Topics: `conf/topics/**.yml`",
            "Topics of Kafka that `./tidemark topics` creates and changes. Any number in a file; the"
                + " folder may be left out.",
            TopicKeys.FILE),
        new FileKind(
            "Template: `conf/jobs/**.yml` with `template`",
            "Declares no job, but what jobs that extend it have in common: any key of theirs but `job` and"
                + " `output`. What stands in it is checked as part of each job.",
            Keys.of(JobKeys.TEMPLATE, JobKeys.EXTENDS)),
        new FileKind(
            "Transform job: `conf/jobs/**.yml` with `sql`",
            "Cleans rows, one by one, and drops repeated ones.",
            JobKeys.TRANSFORM),
        new FileKind(
            "Union: `conf/jobs/**.yml` with `inputs`",
            "A transform that puts rows of several tables into one. See [transforms](transforms.md#unions).",
            JobKeys.UNION),
        new FileKind(
            "Join: `conf/jobs/**.yml` with `join`",
            "Joins rows of two streams that happened near one another. See [joins](joins.md).",
            JobKeys.JOIN),
        new FileKind(
            "Aggregate job: `conf/jobs/**.yml` with `metrics`",
            "Groups rows by dimensions and a window of event time.",
            JobKeys.AGGREGATE),
        new FileKind(
            "Metrics: `conf/metrics/**.yml`",
            "Metrics that jobs refer to, any number in a file. See [metrics](metrics.md). The folder"
                + " may be left out.",
            MetricRegistryKeys.FILE),
        new FileKind(
            "Mirror job: `conf/jobs/**.yml` with `delete`",
            "Keeps the latest row of each primary key of a change log.",
            JobKeys.MIRROR),
        new FileKind(
            "History job: `conf/jobs/**.yml` with `history`",
            "Keeps every version of the rows of a change log, with when it was valid. See"
                + " [dimensions](dimensions.md#histories).",
            JobKeys.HISTORY_JOB),
        new FileKind(
            "Sink: `conf/jobs/**.yml` with `jdbc`, `kafka` or `redis`",
            "Carries what readers of a table see to a database, a topic or a Redis, and keeps it so."
                + " Exactly one of the three. See [sinks](sinks.md).",
            JobKeys.SINK),
        new FileKind(
            "View: `conf/views/**.yml`",
            "A way to read a summary: its active, new and returning [users](users.md), a"
                + " [ranking](users.md#rankings), a [curve](users.md#curves) that has every minute, or"
                + " a [rollup](metrics.md#summaries-of-summaries). Exactly one of the four. The folder may be left out.",
            ViewKeys.KEYS),
        new FileKind(
            "Table: `conf/tables/**.yml`",
            "What a job does not say of its table, or all of a table that no job writes. See"
                + " [tables](tables.md#declared-tables).",
            TableKeys.KEYS),
        new FileKind(
            "Pair: `conf/pairs/**.yml`",
            "Two relations that have to hold the same rows; `./tidemark check` compares them. See"
                + " [reconciliation](reconciliation.md#both-ends). The folder may be left out.",
            PairReader.KEYS));
  }

  /** The whole page. */
  public static String page() {
    return "# Configuration\n\n"
        + "Generated from the declared keys; rewrite it with\n"
        + "`mvn -pl tests -am test -Dtest=JobReferenceTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dtidemark.docs.write=true`.\n\n"
        + "Precedence: command line > environment file > job file > default. Unknown keys are"
        + " refused. Durations are\n"
        + "a whole number and a unit (milliseconds, seconds, minutes, hours, days), percentages end"
        + " with `%`, sizes\n"
        + "are a whole number and a unit (KiB, MiB, GiB, TiB), relative\n"
        + "paths start from the project's root. `NAME` in a key stands for a name of your choice.\n"
        + ConfigurationReference.markdown(fileKinds());
  }
}
