package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Groups rows by dimensions and a window of event time inside the business day.
 *
 * @param input table read
 * @param dimensions columns of the input; may be empty
 * @param granularities the dimensions of each of several groupings of the same rows, by its name;
 *     empty for one grouping by all of them
 * @param window how a day is cut
 * @param lateness which rows the stream leaves to the batch
 * @param metrics what the table has columns for, in table order, at least one
 * @param derived what the view makes of those, behind them
 * @param registered the registry's entry of each column, of either kind, that is by one
 * @param reconcile what is made of a comparison of stream and batch
 * @param overTakenBack whether rows of the input may be taken back, which {@link JobCatalog} knows
 */
public record AggregateSpec(
    String name,
    String description,
    String owner,
    TableName input,
    List<String> dimensions,
    Map<String, List<String>> granularities,
    Window window,
    Lateness lateness,
    List<MetricSpec> metrics,
    List<DerivedMetric> derived,
    Map<String, RegisteredMetric> registered,
    TableName output,
    ReconcilePolicy reconcile,
    boolean overTakenBack)
    implements JobSpec {
  public AggregateSpec {
    dimensions = List.copyOf(dimensions);
    granularities = Collections.unmodifiableMap(new LinkedHashMap<>(granularities));
    metrics = List.copyOf(metrics);
    derived = List.copyOf(derived);
    registered = Collections.unmodifiableMap(new LinkedHashMap<>(registered));
  }

  /** The column that says which of several granularities a row is of. */
  public static final String GRANULARITY = "granularity";

  /** A job over rows that stay. */
  public AggregateSpec(
      String name,
      String description,
      String owner,
      TableName input,
      List<String> dimensions,
      Map<String, List<String>> granularities,
      Window window,
      Lateness lateness,
      List<MetricSpec> metrics,
      List<DerivedMetric> derived,
      Map<String, RegisteredMetric> registered,
      TableName output,
      ReconcilePolicy reconcile) {
    this(
        name,
        description,
        owner,
        input,
        dimensions,
        granularities,
        window,
        lateness,
        metrics,
        derived,
        registered,
        output,
        reconcile,
        false);
  }

  /** A job over rows that stay, whose metrics are its own. */
  public AggregateSpec(
      String name,
      String description,
      String owner,
      TableName input,
      List<String> dimensions,
      Window window,
      Lateness lateness,
      List<MetricSpec> metrics,
      TableName output,
      ReconcilePolicy reconcile) {
    this(
        name,
        description,
        owner,
        input,
        dimensions,
        Map.of(),
        window,
        lateness,
        metrics,
        List.of(),
        Map.of(),
        output,
        reconcile,
        false);
  }

  /**
   * What is wrong with a metric whose column the input does not have, with its remedy.
   *
   * @param column the one of its columns
   * @param known the columns that the input has
   */
  public String lacksColumnOf(MetricSpec metric, String column, List<String> known) {
    RegisteredMetric entry = registered.get(metric.name());
    return "%sis not a column of %s; %s"
        .formatted(
            entry == null ? "" : "(by metric %s, %s) ".formatted(entry.name(), entry.file()),
            input,
            ColumnNames.didYouMean(column, known));
  }

  /** The columns that tell rows of a window apart. */
  public List<String> grouping() {
    List<String> columns = new ArrayList<>(dimensions);
    if (!granularities.isEmpty()) {
      columns.add(0, GRANULARITY);
    }
    return columns;
  }

  /** Whether a metric is counted in windows of another time than the event's. */
  public boolean hasOwnTimes() {
    return metrics.stream().anyMatch(metric -> metric.time() != null);
  }

  /** The same job without a limit to lateness, which takes every row in. */
  public AggregateSpec takingAll() {
    return new AggregateSpec(
        name,
        description,
        owner,
        input,
        dimensions,
        granularities,
        window,
        Lateness.UNLIMITED,
        metrics,
        derived,
        registered,
        output,
        reconcile,
        overTakenBack);
  }

  /** The same job over rows that may be taken back. */
  public AggregateSpec overRowsTakenBack() {
    return new AggregateSpec(
        name,
        description,
        owner,
        input,
        dimensions,
        granularities,
        window,
        lateness,
        metrics,
        derived,
        registered,
        output,
        reconcile,
        true);
  }

  /** The same job with one more dimension, which its input has as a column. */
  public AggregateSpec by(String dimension) {
    List<String> more = new ArrayList<>(dimensions);
    more.add(dimension);
    return new AggregateSpec(
        name,
        description,
        owner,
        input,
        more,
        granularities,
        window,
        lateness,
        metrics,
        derived,
        registered,
        output,
        reconcile,
        overTakenBack);
  }

  /**
   * The same job by fewer dimensions, in longer windows, with some of its columns: how its table is
   * read, and nothing that could run.
   *
   * @param columns names of metrics, those included that they are made of
   */
  public AggregateSpec coarser(List<String> fewer, Window longer, Set<String> columns) {
    return new AggregateSpec(
        name,
        description,
        owner,
        input,
        fewer,
        granularities,
        longer,
        lateness,
        metrics.stream().filter(metric -> columns.contains(metric.name())).toList(),
        derived.stream().filter(metric -> columns.contains(metric.name())).toList(),
        registered,
        output,
        reconcile,
        overTakenBack);
  }
}
