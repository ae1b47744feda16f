package io.tidemark.jobs.cli;

import io.tidemark.catalog.config.DeclaredValue;
import io.tidemark.catalog.config.Values;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.DeltaSql;
import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.LookupSql;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.plan.SinkSql;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.run.SinkPlan;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a declaration becomes. */
@Command(
    name = "explain",
    description =
        "Shows a job's declaration with what it inherits, and the columns and SQL it becomes.",
    footer = {
      "",
      "Examples:",
      "  tidemark explain dws_reading_channel_1h",
      "  tidemark explain ads.reading_active_user_1d_v"
    })
public final class ExplainVerb implements Verb {
  @Parameters(
      paramLabel = "JOB",
      description = "Name of a job (see: tidemark jobs), or of a view below conf/views.")
  private String name;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public Integer call() {
    Workspace workspace = Workspace.withoutTables(options);
    PrintWriter out = spec.commandLine().getOut();
    Optional<SinkSpec> sink = workspace.jobs().sink(name);
    if (sink.isPresent()) {
      explain(out, workspace, sink.get());
      out.flush();
      return ExitCodes.OK;
    }
    Optional<ViewSpec> view = workspace.jobs().view(name);
    if (view.isPresent()) {
      explain(out, workspace.tables(), view.get());
      out.flush();
      return ExitCodes.OK;
    }
    JobSpec job = workspace.jobs().job(name);
    out.printf("-- %s (%s) writes %s%n", job.name(), job.kind(), job.output());
    declared(out, workspace.jobs().declared(job));
    out.println(workspace.tables().schema(job).treeString().strip());
    if (job instanceof IngestSpec ingest) {
      out.printf("%n-- what cannot be read goes to %s%n", ingest.deadLetters());
      workspace.jobs().splitOf(ingest).ifPresent(split -> explain(out, split));
    } else if (job instanceof TransformSpec transform) {
      explain(out, transform);
      if (job.view().isPresent()) {
        explainView(out, workspace.tables(), job);
      }
      if (job.holdsBack()) {
        out.printf("%n-- rows whose keys are unknown are in %s%n", transform.unknownKeys());
      }
    } else if (job instanceof JoinSpec join) {
      explain(out, workspace.tables(), join);
    } else if (job instanceof MirrorSpec mirror) {
      explain(out, workspace.tables(), mirror);
    } else {
      explain(out, workspace.tables(), (AggregateSpec) job);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static void declared(PrintWriter out, List<DeclaredValue> values) {
    TextTable declared = new TextTable("key", "value", "from");
    values.forEach(value -> declared.add(value.key(), value.value(), value.origin()));
    declared.print(out);
    out.println();
  }

  private static void explain(PrintWriter out, Workspace workspace, SinkSpec sink) {
    workspace.checkSinks(List.of(sink));
    out.printf("-- %s (sink) writes %s%n", sink.name(), sink.target());
    declared(out, workspace.jobs().declared(sink));
    SinkPlan plan = SinkPlan.of(sink, workspace.jobs(), workspace.tables());
    TextTable columns = new TextTable("column", "type", "");
    plan.layout().key().forEach(column -> columns.add(column.name(), column.sql(), "key"));
    plan.layout().values().forEach(column -> columns.add(column.name(), column.sql(), ""));
    columns.print(out);
    SinkTargets.statements(sink, plan.layout(), workspace.declarations().environment())
        .forEach((title, text) -> section(out, title, text));
    SinkSql sql = plan.sql();
    section(out, "first: all rows of 'stored', the table as of its newest snapshot", sql.whole());
    if (sql.appends()) {
      section(out, "then: of 'appended', what was appended since", sql.appended());
    } else {
      section(out, "then: the keys of 'appended', what was appended since", sql.changedKeys());
      section(out, "and what they are by now, 'changed' being those keys", sql.current());
    }
    section(
        out,
        "of partitions (%s) that were overwritten: what differs from 'before'"
            .formatted(plan.partition()),
        sql.difference());
  }

  private static void explain(PrintWriter out, Split split) {
    out.printf("%n-- topic %s is split by column %s%n", split.rest().topic(), split.by().name());
    TextTable routes = new TextTable("messages", "job", "table");
    for (IngestSpec job : split.routes()) {
      routes.add(String.join(", ", job.split().route()), job.name(), job.output());
    }
    String otherwise = Values.text(split.rest().split().otherwise());
    routes.add("otherwise: " + otherwise, split.rest().name(), split.rest().output());
    routes.print(out);
  }

  private static void explain(PrintWriter out, TransformSpec job) {
    TransformSql sql = new TransformSql(job);
    if (!job.lookups().isEmpty()) {
      out.printf("%n-- looked up, each at one snapshot a micro-batch and batch%n");
      TextTable lookups =
          new TextTable("in SQL", "dimension", "by", "columns", "as of", "unknown keys");
      for (LookupSpec lookup : job.lookups()) {
        lookups.add(
            lookup.name(),
            lookup.table(),
            lookup.key().entrySet().stream()
                .map(key -> key.getKey() + " = " + key.getValue())
                .collect(Collectors.joining(", ")),
            String.join(", ", lookup.columns().keySet()),
            lookup.asOf() ? "event time" : "now",
            Values.text(lookup.unknown()));
      }
      lookups.print(out);
      for (LookupSql lookup : sql.lookups()) {
        section(out, "view " + lookup.view(), lookup.rows());
      }
      section(out, "input, in every mode", sql.input());
    }
    for (TransformInput input : sql.inputs()) {
      String of = sql.inputs().size() > 1 ? " of " + input.table() : "";
      section(out, "rows" + of + ", in every mode", input.sql());
    }
    if (job.flatten() != null) {
      out.printf(
          "%n-- a row of each element of %s, its place in %s; without one: %s%n",
          job.flatten().column(), job.flatten().index(), Values.text(job.flatten().empty()));
    }
    if (sql.dedupes()) {
      section(out, "batch: of those that share a key, the first", sql.firstReceived("rows"));
      section(out, "stream: the same, of a micro-batch", sql.firstOfMicroBatch());
    }
    if (sql.replaces()) {
      section(out, "stream: what the table has of their keys", sql.looked());
      section(out, "stream: those that came before it", sql.earlier());
      section(out, "stream: what they take back", sql.takenBack());
    } else if (sql.dedupes()) {
      section(out, "stream: without those whose key the table holds", sql.unseen());
    }
  }

  private static void explain(PrintWriter out, JobTables tables, JoinSpec job) {
    JoinSql sql = new JoinSql(job);
    section(
        out,
        "input of both sides, in every mode; a CASE for each cut of a day near the rows",
        JoinSql.input(new TreeMap<>()));
    section(out, "left_rows, of " + job.left().table(), job.left().sql());
    section(out, "right_rows, of " + job.right().table(), job.right().sql());
    JoinSql.Columns columns = tables.joinColumns(job);
    section(out, "batch", sql.joined("left_rows", "right_rows", columns));
    out.printf(
        "%n-- stream: reads of both tables what lies within %s of new rows, by event time%n",
        job.reach().multipliedBy(2));
    section(out, "stream: of these, the rows that have a key of a new one", sql.touched());
    section(out, "stream: what a micro-batch changes", sql.delta(columns));
    if (job.view().isPresent()) {
      explainView(out, tables, job);
    }
  }

  private static void explain(PrintWriter out, JobTables tables, AggregateSpec job) {
    AggregateSql sql = new AggregateSql(job);
    section(out, "batch", sql.batch());
    section(out, "stream: what a micro-batch adds", new DeltaSql(sql).text());
    out.printf("%n-- late rows, left to the batch: %s%n", sql.lateCondition().orElse("none"));
    explainView(out, tables, job);
  }

  private static void explain(PrintWriter out, JobTables tables, MirrorSpec job) {
    MirrorSql sql = tables.mirrorSql(job);
    section(
        out,
        job.history()
            ? "batch: all changes"
            : "batch: the latest row of each key, from all changes",
        sql.batch());
    section(out, "stream: what a micro-batch adds", sql.changes());
    explainView(out, tables, job);
  }

  private static void explain(PrintWriter out, JobTables tables, ViewSpec view) {
    out.printf("-- %s (view) reads %s%n", view.name(), view.of());
    out.println(tables.shown(view).treeString().strip());
    String relation = view.of().toString();
    section(out, "as it is read", tables.readSql(view, relation));
    section(out, "the same in Trino", tables.readSqlInTrino(view, relation));
  }

  private static void explainView(PrintWriter out, JobTables tables, JobSpec job) {
    String relation = job.output().toString();
    section(
        out,
        "as it is read (view " + job.view().orElseThrow() + ")",
        tables.readSql(job, relation));
    section(out, "the same in Trino", tables.readSqlInTrino(job, relation));
  }

  private static void section(PrintWriter out, String title, String sql) {
    out.printf("%n-- %s%n%s%n", title, sql.strip());
  }
}
