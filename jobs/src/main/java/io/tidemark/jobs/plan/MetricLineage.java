package io.tidemark.jobs.plan;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ColumnSource;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.DerivedMetric;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.ListedMetric.MetricColumn;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.RollupMetric;
import io.tidemark.jobs.spec.RollupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Where the values of a metric come from: column by column, from a table back to the messages,
 * computed from the declarations. Which rows there are is no part of it.
 */
public final class MetricLineage {
  /**
   * A column, or whatever else values come from.
   *
   * @param name {@code layer.table.column}, a table for all of its rows, or a part of a message
   * @param how what is done there; empty where values are taken as they are
   * @param from what it is made of
   */
  public record Step(String name, String how, List<Step> from) {
    public Step {
      from = List.copyOf(from);
    }
  }

  private static final String EVERY_ROW = "*";

  private final JobCatalog jobs;
  private final BiFunction<JobSpec, TableName, Map<String, List<ColumnOrigin>>> sql;

  /**
   * @param sql gives for each column of what a transform or a side of a join makes of an input, in
   *     lower case, what it is made of
   */
  public MetricLineage(
      JobCatalog jobs, BiFunction<JobSpec, TableName, Map<String, List<ColumnOrigin>>> sql) {
    this.jobs = jobs;
    this.sql = sql;
  }

  /** The lineage of a column that holds a metric. */
  public Step of(MetricColumn column) {
    return column.rollup() == null
        ? of(column.job(), column.name())
        : of(column.rollup(), column.name());
  }

  private Step of(ViewSpec view, String column) {
    RollupMetric metric =
        ((RollupSpec) view.shape())
            .metrics().stream()
                .filter(each -> each.name().equals(column))
                .findFirst()
                .orElseThrow();
    List<Step> from = new ArrayList<>();
    if (metric.ofEveryRow()) {
      from.add(column(view.of(), EVERY_ROW));
    }
    metric.columns().forEach(each -> from.add(column(view.of(), each)));
    return new Step(view.name() + "." + column, metric.definition(), from);
  }

  /** The lineage of a metric of a job, by its column. */
  public Step of(AggregateSpec job, String column) {
    String name = job.output() + "." + column;
    Optional<DerivedMetric> derived =
        job.derived().stream().filter(metric -> metric.name().equals(column)).findFirst();
    if (derived.isPresent()) {
      return new Step(
          name,
          derived.get().definition(),
          derived.get().parts().stream().map(part -> of(job, part)).toList());
    }
    MetricSpec metric =
        job.metrics().stream()
            .filter(each -> each.name().equals(column))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(name + " is no metric"));
    List<Step> from = new ArrayList<>(List.of(column(job.input(), metric.column())));
    metric.where().keySet().stream()
        .filter(each -> !each.equals(metric.column()))
        .forEach(each -> from.add(column(job.input(), each)));
    if (metric.time() != null) {
      from.add(column(job.input(), metric.time()));
    }
    return new Step(name, metric.definition(), from);
  }

  private Step column(TableName table, String column) {
    JobSpec writer = jobs.writerOf(table).orElseThrow();
    boolean rows = column.equals(EVERY_ROW);
    String name = rows ? table.toString() : table + "." + column;
    String how = rows ? "every row" : "";
    if (writer instanceof IngestSpec ingest) {
      return new Step(name, how, List.of(message(ingest, column)));
    }
    if (writer instanceof AggregateSpec aggregate) {
      return ofSummary(aggregate, name, how, column);
    }
    if (writer instanceof TransformSpec transform && !rows) {
      return made(transform, name, column);
    }
    if (writer instanceof JoinSpec join && !rows) {
      return joined(join, name, column);
    }
    return new Step(
        name,
        how,
        JobCatalog.inputsOf(writer).stream().map(input -> column(input, column)).toList());
  }

  /** A column of one side, or of both; when and where a row came is told by the left one. */
  private Step joined(JoinSpec job, String name, String column) {
    Optional<String> ofPartner = JoinSql.ofPartner(column);
    boolean carried = SystemColumns.CARRIED.contains(column);
    List<Step> from = new ArrayList<>();
    for (TableName table : job.tables()) {
      boolean isLeft = table.equals(job.left().table());
      boolean gives =
          isLeft
              ? ofPartner.isEmpty()
              : ofPartner.isPresent() || !carried || job.type() == JoinSpec.Type.FULL;
      if (gives) {
        sql.apply(job, table)
            .getOrDefault(ofPartner.orElse(column).toLowerCase(Locale.ROOT), List.of())
            .forEach(origin -> from.add(column(table, origin.column())));
      }
    }
    return new Step(name, from.isEmpty() ? "a constant" : "", from);
  }

  /** A metric, or a dimension; what else a summary has is made of all of its rows. */
  private Step ofSummary(AggregateSpec job, String name, String how, String column) {
    boolean metric =
        job.metrics().stream().anyMatch(each -> each.name().equals(column))
            || job.derived().stream().anyMatch(each -> each.name().equals(column));
    if (metric) {
      return of(job, column);
    }
    boolean taken = job.dimensions().contains(column) || column.equals(SystemColumns.DT);
    return new Step(name, how, List.of(column(job.input(), taken ? column : EVERY_ROW)));
  }

  private Step made(TransformSpec job, String name, String column) {
    List<Step> from = new ArrayList<>();
    for (TransformInput input : job.inputs()) {
      for (ColumnOrigin origin :
          sql.apply(job, input.table()).getOrDefault(column.toLowerCase(Locale.ROOT), List.of())) {
        from.add(
            origin.lookup().isEmpty()
                ? column(input.table(), origin.column())
                : lookedUp(job, input, origin.lookup(), origin.column()));
      }
    }
    return new Step(name, from.isEmpty() ? "a constant" : "", from);
  }

  private Step lookedUp(TransformSpec job, TransformInput input, String name, String column) {
    LookupSpec lookup =
        job.lookups().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    return new Step(
        lookup.table() + "." + column,
        "looked up by " + String.join(", ", lookup.key().keySet()),
        lookup.key().values().stream().map(compared -> column(input.table(), compared)).toList());
  }

  private static Step message(IngestSpec job, String column) {
    String topic = "topic " + job.topic();
    if (column.equals(EVERY_ROW)) {
      return new Step(topic, "every message", List.of());
    }
    boolean declared = job.columns().stream().anyMatch(each -> each.name().equals(column));
    String read =
        column.equals(SystemColumns.EVENT_TIME) && !declared ? job.eventTime().column() : column;
    return job.columns().stream()
        .filter(each -> each.name().equals(read))
        .findFirst()
        .map(each -> new Step(topic + ": " + place(each), "", List.of()))
        .orElseGet(
            () -> new Step(topic, SystemColumns.COMMENTS.getOrDefault(column, column), List.of()));
  }

  private static String place(ColumnSpec column) {
    return column.from().equals(ColumnSource.VALUE) ? column.path() : column.from().toString();
  }
}
