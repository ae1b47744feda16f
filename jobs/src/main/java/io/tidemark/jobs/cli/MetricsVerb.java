package io.tidemark.jobs.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.jobs.plan.MetricLineage;
import io.tidemark.jobs.plan.MetricLineage.Step;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.ListedMetric;
import io.tidemark.jobs.spec.ListedMetric.MetricColumn;
import io.tidemark.jobs.spec.RegisteredMetric;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists metrics, and shows where their values come from. */
@Command(
    name = "metrics",
    description = "Lists the declared metrics, or shows where the values of some come from.",
    footer = {
      "",
      "A metric of one job alone is called JOB.COLUMN, of a rollup VIEW.COLUMN. With names, each column is followed through",
      "the jobs above it, back to the field of the message: by the declarations and their SQL, without",
      "a look at any table.",
      "",
      "Examples:",
      "  tidemark metrics",
      "  tidemark metrics reading_readers dws_order_channel_1d.orders",
      "  tidemark metrics --json"
    })
public final class MetricsVerb implements Verb {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Metrics whose columns are followed; all are listed when left out.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--json",
      description = "Prints all that is known, the way of each column included, as JSON.")
  private boolean json;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  /** A metric as it is printed as JSON; {@code null} is left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Shown(
      String metric,
      Long version,
      String unit,
      String owner,
      String description,
      String definition,
      String error,
      String declared,
      List<ShownColumn> columns) {}

  /** A column that holds it, and where its values come from. */
  record ShownColumn(String job, String table, String view, String column, Step lineage) {}

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public Integer call() {
    if (names.isEmpty() && !json) {
      list(chosen(Declarations.read(options.conf(), options.env(), options.settings())));
      return ExitCodes.OK;
    }
    Workspace workspace = Workspace.withoutTables(options);
    List<ListedMetric> chosen = chosen(workspace.declarations());
    MetricLineage lineage = new MetricLineage(workspace.jobs(), workspace.tables()::origins);
    List<Shown> shown = chosen.stream().map(metric -> shown(metric, lineage)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(toJson(shown));
    } else {
      shown.forEach(this::print);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private List<ListedMetric> chosen(Declarations declarations) {
    List<ListedMetric> all = ListedMetric.all(declarations.metrics(), declarations.jobs());
    List<String> known = all.stream().map(ListedMetric::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "There is no metric '%s'; %s"
                .formatted(
                    name, Suggestions.didYouMean(name, known, "./tidemark metrics lists them")));
      }
    }
    return names.isEmpty()
        ? all
        : all.stream().filter(metric -> names.contains(metric.name())).toList();
  }

  private void list(List<ListedMetric> metrics) {
    TextTable table =
        new TextTable("metric", "version", "unit", "owner", "definition", "column of tables");
    for (ListedMetric metric : metrics) {
      RegisteredMetric registered = metric.registered();
      List<String> columns = new ArrayList<>();
      metric.columns().forEach(column -> columns.add(column.text()));
      table.add(
          metric.name(),
          registered == null ? "its own" : registered.version(),
          registered == null ? "" : registered.unit(),
          metric.owner(),
          metric.error().isEmpty()
              ? metric.definition()
              : metric.definition() + ", " + metric.error(),
          columns.isEmpty() ? "" : columns.remove(0));
      columns.forEach(column -> table.add("", "", "", "", "", column));
    }
    table.print(spec.commandLine().getOut());
  }

  private static Shown shown(ListedMetric metric, MetricLineage lineage) {
    RegisteredMetric registered = metric.registered();
    return new Shown(
        metric.name(),
        registered == null ? null : registered.version(),
        registered == null ? null : registered.unit(),
        metric.owner(),
        registered == null ? null : registered.description(),
        metric.definition(),
        metric.error().isEmpty() ? null : metric.error(),
        registered == null ? null : registered.file(),
        metric.columns().stream().map(column -> shown(column, lineage)).toList());
  }

  private static ShownColumn shown(MetricColumn column, MetricLineage lineage) {
    return new ShownColumn(
        column.job().name(),
        column.job().output().toString(),
        column.view().toString(),
        column.name(),
        lineage.of(column));
  }

  private void print(Shown metric) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s%s = %s%n",
        metric.metric(),
        metric.version() == null
            ? ", without a version"
            : ", version " + metric.version() + ", in " + metric.unit(),
        metric.definition());
    if (metric.description() != null && !metric.description().isEmpty()) {
      out.println("  " + metric.description());
    }
    if (metric.error() != null) {
      out.println("  " + metric.error());
    }
    if (metric.columns().isEmpty()) {
      out.println("  no job has it");
    }
    metric.columns().forEach(column -> print(column.lineage(), "  "));
    out.println();
  }

  private void print(Step step, String indent) {
    String how = step.how().isEmpty() ? "" : "  " + step.how();
    spec.commandLine().getOut().println(indent + step.name() + how);
    step.from().forEach(from -> print(from, indent + "  "));
  }

  private static String toJson(List<Shown> metrics) {
    try {
      return JSON.writeValueAsString(metrics);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("metrics cannot be written as JSON", e);
    }
  }
}
