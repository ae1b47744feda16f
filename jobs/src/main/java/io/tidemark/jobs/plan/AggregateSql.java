package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.MetricSpec;
import io.tidemark.jobs.spec.MetricSpec.Function;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An aggregate as SQL, three times from the same declaration: the truth that the batch computes,
 * the table as it is read, and (in {@link DeltaSql}) what a micro-batch adds.
 *
 * <p>The table holds a row count and, per metric, a part that can be added up: a count, a sum, a
 * minimum or maximum, how many were seen for the first time, or for an average its sum and its
 * count. A metric that is made of others has no part: it is computed as the table is read. NULL
 * parts stand for "no value" and drop out of every sum, as SQL has it.
 */
public final class AggregateSql {
  /** Rows behind a key: tells a key without a value from a key without rows. */
  public static final String ROW_COUNT = "row_count";

  /** Start of the window; absent where the window is the day. */
  public static final String WINDOW_START = "window_start";

  /** What stands behind the name of a dimension's copy that every granularity has. */
  private static final String ANY = "__any";

  /** By which of several times a row is in its window. */
  private static final String TIME = "time__";

  private final AggregateSpec spec;

  /** Those of the job, over the columns of {@link #rows}. */
  private final List<MetricSpec> metrics;

  public AggregateSql(AggregateSpec spec) {
    this.spec = spec;
    this.metrics = spec.metrics().stream().map(this::overRows).toList();
  }

  /** A dimension is NULL in rows of other granularities, and yet is counted there. */
  private MetricSpec overRows(MetricSpec metric) {
    if (spec.hasOwnTimes()) {
      return new MetricSpec(metric.name(), metric.function(), over(metric, true));
    }
    return isCopied(metric)
        ? new MetricSpec(metric.name(), metric.function(), metric.column() + ANY)
        : metric;
  }

  private boolean isCopied(MetricSpec metric) {
    return !spec.hasOwnTimes()
        && !spec.granularities().isEmpty()
        && metric.where().isEmpty()
        && spec.dimensions().contains(metric.column());
  }

  /** Business day, window and dimensions: what identifies a row. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    keys.add(SystemColumns.DT);
    if (spec.window().hasStart()) {
      keys.add(WINDOW_START);
    }
    keys.addAll(spec.grouping());
    return keys;
  }

  /** The plain GROUP BY over all rows of the view {@code input}. */
  public String batch() {
    return grouped(rows("input"));
  }

  /** The same over a view of what {@link #rows} made. */
  public String batchOfRows(String view) {
    return grouped("SELECT * FROM " + view);
  }

  private String grouped(String rows) {
    String parts =
        Sql.list(parts(), part -> part.overRows(running()) + " AS " + Sql.name(part.column()));
    return "SELECT %s, COUNT(*) AS %s, %s%nFROM (%s)%nGROUP BY %s"
        .formatted(Sql.names(keys()), ROW_COUNT, parts, withFirstSights(rows), Sql.names(keys()));
  }

  /**
   * What a reader sees of {@code relation}, a table that holds one or several rows for a key: one
   * row per key, averages divided, the running day cumulated.
   *
   * @param types SQL type of each column of the table
   */
  public String read(String relation, java.util.function.Function<String, String> types) {
    return read(relation, types, new InSpark(), List.of());
  }

  /**
   * The same in the words of Trino.
   *
   * @param types Spark's name of the type of each column of the table
   * @param shown and of each column that a reader sees
   */
  public String readInTrino(
      String relation,
      java.util.function.Function<String, String> types,
      java.util.function.Function<String, String> shown) {
    return read(
            relation,
            column -> TrinoType.of(types.apply(column)),
            new InTrino(column -> TrinoType.of(shown.apply(column))),
            List.of())
        .replace('`', '"');
  }

  /**
   * What a reader sees, and the parts of metrics that have others than that, to be merged on.
   *
   * @param types type of each column of the table, in the engine's words
   */
  String readWithParts(
      String relation, java.util.function.Function<String, String> types, Dialect dialect) {
    return read(relation, types, dialect, hidden());
  }

  /** Columns of the table that no reader sees. */
  private List<String> hidden() {
    List<String> columns = new ArrayList<>(parts().stream().map(MetricPart::column).toList());
    spec.metrics().forEach(metric -> columns.remove(metric.name()));
    return columns;
  }

  /** What two engines compute differently, or type differently. */
  interface Dialect {
    /** An average of a column that a reader sees. */
    String quotient(String column, String sum, String count);

    /** The expression of a column that is made of others. */
    String derived(String column, String expression);

    /** What a part is over several stored values of a key. */
    String merged(MetricPart part);

    /** How many different values a sketch was made of. */
    String estimate(String sketch);
  }

  record InSpark() implements Dialect {
    @Override
    public String quotient(String column, String sum, String count) {
      return "%s / NULLIF(%s, 0)".formatted(sum, count);
    }

    @Override
    public String derived(String column, String expression) {
      return expression;
    }

    @Override
    public String merged(MetricPart part) {
      return part.merged();
    }

    @Override
    public String estimate(String sketch) {
      return "theta_sketch_estimate(%s)".formatted(sketch);
    }
  }

  /**
   * Whole numbers divided are a whole number there, and decimals keep fewer digits.
   *
   * @param shown Trino's name of the type of each column that a reader sees
   */
  record InTrino(java.util.function.Function<String, String> shown) implements Dialect {
    @Override
    public String quotient(String column, String sum, String count) {
      String type = shown.apply(column);
      return "CAST(CAST(%s AS %s) / NULLIF(%s, 0) AS %s)".formatted(sum, type, count, type);
    }

    @Override
    public String derived(String column, String expression) {
      return "CAST(%s AS %s)".formatted(expression, shown.apply(column));
    }

    @Override
    public String merged(MetricPart part) {
      return part.mergedInTrino();
    }

    @Override
    public String estimate(String sketch) {
      return "CAST(datasketches.theta.theta_sketch_cardinality(%s) AS BIGINT)".formatted(sketch);
    }
  }

  private String read(
      String relation,
      java.util.function.Function<String, String> types,
      Dialect dialect,
      List<String> kept) {
    String summed = folded(relation, types, dialect);
    String over = running() ? " OVER " + soFar() : "";
    String rowCount = running() ? "SUM(" + ROW_COUNT + ")" + over : ROW_COUNT;
    List<String> columns = new ArrayList<>(keys().stream().map(Sql::name).toList());
    columns.add(rowCount + " AS " + ROW_COUNT);
    spec.metrics().forEach(metric -> columns.add(shown(metric, over, types, dialect)));
    kept.forEach(column -> columns.add(Sql.name(column)));
    String shown =
        // A key without a row is one whose rows were taken back.
        "SELECT %s%nFROM (%s)%nWHERE %s <> 0"
            .formatted(String.join(", ", columns), summed, ROW_COUNT);
    return spec.derived().isEmpty() ? shown : withDerived(shown, dialect, kept);
  }

  /** What is made of other metrics is made of them as a reader sees them: cumulated, divided. */
  private String withDerived(String shown, Dialect dialect, List<String> kept) {
    DerivedSql sql = new DerivedSql(spec.derived());
    List<String> columns = new ArrayList<>(keys());
    columns.add(ROW_COUNT);
    spec.metrics().forEach(metric -> columns.add(metric.name()));
    columns.addAll(kept);
    return "SELECT %s, %s%nFROM (%s)"
        .formatted(
            Sql.names(columns),
            Sql.list(
                spec.derived(),
                metric ->
                    dialect.derived(metric.name(), sql.of(metric))
                        + " AS "
                        + Sql.name(metric.name())),
            shown);
  }

  /**
   * One row for each key of {@code relation} in place of one or several, in the table's own
   * columns: the table means the same with either.
   *
   * @param types type of each column of the table
   */
  public String folded(String relation, java.util.function.Function<String, String> types) {
    return folded(relation, types, new InSpark());
  }

  /**
   * The same without keys whose rows were all taken back, which no reader sees.
   *
   * @param types type of each column of the table, in the engine's words
   */
  String standing(
      String relation, java.util.function.Function<String, String> types, Dialect dialect) {
    return "SELECT * FROM (%s) WHERE %s <> 0"
        .formatted(folded(relation, types, dialect), ROW_COUNT);
  }

  private String folded(
      String relation, java.util.function.Function<String, String> types, Dialect dialect) {
    List<String> columns = new ArrayList<>(keys().stream().map(Sql::name).toList());
    columns.add("SUM(%1$s) AS %1$s".formatted(ROW_COUNT));
    parts().stream()
        .map(
            part ->
                "CAST(%s AS %s) AS %s"
                    .formatted(
                        dialect.merged(part), types.apply(part.column()), Sql.name(part.column())))
        .forEach(columns::add);
    return "SELECT %s%nFROM %s%nGROUP BY %s"
        .formatted(String.join(", ", columns), relation, Sql.names(keys()));
  }

  private String shown(
      MetricSpec metric,
      String over,
      java.util.function.Function<String, String> types,
      Dialect dialect) {
    if (metric.function() == Function.AVERAGE) {
      String[] halves =
          partsOf(metric).stream()
              .map(part -> over.isEmpty() ? Sql.name(part.column()) : part.merged() + over)
              .toArray(String[]::new);
      return dialect.quotient(metric.name(), halves[0], halves[1])
          + " AS "
          + Sql.name(metric.name());
    }
    MetricPart part = partsOf(metric).get(0);
    if (metric.function() == Function.SUM && spec.overTakenBack()) {
      String count = Sql.name(partsOf(metric).get(1).column());
      return "CASE WHEN %s = 0 THEN NULL ELSE %s END AS %s"
          .formatted(
              over.isEmpty() ? count : "SUM(" + count + ")" + over,
              over.isEmpty()
                  ? Sql.name(part.column())
                  : "CAST(%s%s AS %s)".formatted(part.merged(), over, types.apply(part.column())),
              Sql.name(metric.name()));
    }
    if (metric.function() == Function.APPROXIMATE_DISTINCT) {
      String sketch = over.isEmpty() ? Sql.name(part.column()) : dialect.merged(part) + over;
      return dialect.estimate(sketch) + " AS " + Sql.name(metric.name());
    }
    return over.isEmpty()
        ? Sql.name(part.column())
        : "CAST(%s%s AS %s) AS %s"
            .formatted(part.merged(), over, types.apply(part.column()), Sql.name(metric.name()));
  }

  /** What a column that is no key's is made of as the table is read, through derived metrics. */
  String told(String column) {
    return spec.derived().stream()
        .filter(metric -> metric.name().equals(column))
        .findFirst()
        .map(
            metric ->
                metric.operation().name().toLowerCase(Locale.ROOT)
                    + metric.parts().stream()
                        .map(this::told)
                        .collect(Collectors.joining(", ", "(", ")")))
        .orElseGet(() -> merged(column));
  }

  private String merged(String column) {
    return spec.metrics().stream()
        .filter(metric -> metric.name().equals(column))
        .map(
            metric -> {
              List<MetricPart> parts = partsOf(metric);
              return metric.function() == Function.AVERAGE
                  ? parts.get(0).merged() + " / " + parts.get(1).merged()
                  : parts.get(0).merged();
            })
        .findFirst()
        .orElse("stored");
  }

  private String soFar() {
    List<String> group = new ArrayList<>(keys());
    group.remove(WINDOW_START);
    return "(PARTITION BY %s ORDER BY %s ROWS UNBOUNDED PRECEDING)"
        .formatted(Sql.names(group), WINDOW_START);
  }

  /** Rows that a stream leaves to the batch, or nothing when none is ever late. */
  public Optional<String> lateCondition() {
    return spec.lateness().limit().map(AggregateSql::laterThan);
  }

  private static String laterThan(Duration limit) {
    return "unix_micros(%s) - unix_micros(%s) > %d"
        .formatted(SystemColumns.KAFKA_TIME, SystemColumns.EVENT_TIME, limit.toNanos() / 1000);
  }

  /** The columns that the metrics and keys of this job need of its input. */
  public List<String> inputColumns() {
    List<String> columns = new ArrayList<>(spec.dimensions());
    spec.metrics().stream().flatMap(metric -> metric.columns().stream()).forEach(columns::add);
    columns.addAll(SystemColumns.CARRIED);
    return columns.stream().distinct().toList();
  }

  /** Whether a row bears on all later windows of its day, and not on its own alone. */
  public boolean running() {
    return spec.window() == Window.RUNNING_DAY;
  }

  List<MetricPart> parts() {
    return metrics.stream().flatMap(metric -> partsOf(metric).stream()).toList();
  }

  private List<MetricPart> partsOf(MetricSpec metric) {
    return MetricPart.of(metric, spec.overTakenBack());
  }

  /** Whether rows of the input may take back others. */
  boolean takesBack() {
    return spec.overTakenBack();
  }

  List<MetricSpec> distincts() {
    return metrics.stream().filter(m -> m.function() == Function.DISTINCT).toList();
  }

  /**
   * The rows of a view with their window, and what they bring to metrics of only some rows. Of
   * several granularities a row is one in each, with the dimensions of that alone, and of several
   * times one in the window of each, with what is counted by that: so the input is read once, and
   * whatever is made of rows is made of those.
   */
  public String rows(String view) {
    List<String> columns = new ArrayList<>(List.of(rest()));
    if (spec.window().hasStart()) {
      columns.add(windowStart() + " AS " + WINDOW_START);
    }
    spec.metrics().stream()
        .filter(metric -> spec.hasOwnTimes() || !metric.where().isEmpty())
        .map(this::ofRowsThatCount)
        .forEach(columns::add);
    spec.metrics().stream()
        .filter(this::isCopied)
        .map(MetricSpec::column)
        .distinct()
        .map(column -> Sql.name(column) + " AS " + Sql.name(column + ANY))
        .forEach(columns::add);
    StringBuilder from = new StringBuilder(view);
    if (!spec.granularities().isEmpty()) {
      columns.add(AggregateSpec.GRANULARITY);
      spec.dimensions().stream().map(this::ofGranularity).forEach(columns::add);
      from.append(each("granularities", spec.granularities().keySet(), AggregateSpec.GRANULARITY));
    }
    if (spec.hasOwnTimes()) {
      from.append(each("times", times(), TIME));
      from.append(
          " WHERE %s = %s OR %s IS NOT NULL"
              .formatted(TIME, Sql.text(SystemColumns.EVENT_TIME), time()));
    }
    return "SELECT %s FROM %s".formatted(String.join(", ", columns), from);
  }

  private static String each(String alias, Collection<String> values, String column) {
    return " LATERAL VIEW explode(array(%s)) %s AS %s"
        .formatted(Sql.list(values, Sql::text), alias, column);
  }

  private String rest() {
    List<String> made = new ArrayList<>();
    if (!spec.granularities().isEmpty()) {
      made.addAll(spec.dimensions());
      made.add(AggregateSpec.GRANULARITY);
    }
    if (spec.hasOwnTimes()) {
      made.add(TIME);
    }
    return made.isEmpty() ? "*" : "* EXCEPT (" + Sql.names(made) + ")";
  }

  /** The columns by which rows are in windows, each once. */
  private List<String> times() {
    return spec.metrics().stream().map(MetricSpec::timeOrEvent).distinct().toList();
  }

  /** The one by which a row is in its window. */
  private String time() {
    return spec.hasOwnTimes()
        ? times().stream()
            .map(time -> "WHEN %s THEN %s".formatted(Sql.text(time), Sql.name(time)))
            .collect(Collectors.joining(" ", "CASE " + TIME + " ", " END"))
        : SystemColumns.EVENT_TIME;
  }

  private String ofGranularity(String dimension) {
    List<String> having =
        spec.granularities().entrySet().stream()
            .filter(each -> each.getValue().contains(dimension))
            .map(Map.Entry::getKey)
            .toList();
    return "CASE WHEN %s IN (%s) THEN %s END AS %s"
        .formatted(
            AggregateSpec.GRANULARITY,
            Sql.list(having, Sql::text),
            Sql.name(dimension),
            Sql.name(dimension));
  }

  /** The column of {@link #rows} that a metric is computed over; {@code *} for all rows. */
  static String over(MetricSpec metric) {
    return over(metric, !metric.where().isEmpty());
  }

  private static String over(MetricSpec metric, boolean some) {
    return some ? metric.name() + "__where" : metric.column();
  }

  /** A value that is NULL in other rows drops out of every function. */
  private String ofRowsThatCount(MetricSpec metric) {
    List<String> conditions = new ArrayList<>();
    if (spec.hasOwnTimes()) {
      conditions.add("%s = %s".formatted(TIME, Sql.text(metric.timeOrEvent())));
    }
    metric
        .where()
        .forEach(
            (column, value) ->
                conditions.add(
                    "CAST(%s AS STRING) = %s".formatted(Sql.name(column), Sql.text(value))));
    String value = metric.column().equals("*") ? "TRUE" : Sql.name(metric.column());
    return "CASE WHEN %s THEN %s END AS %s"
        .formatted(String.join(" AND ", conditions), value, Sql.name(over(metric, true)));
  }

  /** The same, and for a running day the minute in which each counted value was first seen. */
  private String withFirstSights(String rows) {
    if (!running() || distincts().isEmpty()) {
      return rows;
    }
    String firsts =
        distincts().stream()
            .map(
                metric ->
                    "MIN(%s) OVER (PARTITION BY %s, %s) AS %s"
                        .formatted(
                            WINDOW_START,
                            Sql.names(dayKeys()),
                            Sql.name(over(metric)),
                            Sql.name(MetricPart.firstSeen(metric))))
            .collect(Collectors.joining(", "));
    return "SELECT *, %s FROM (%s)".formatted(firsts, rows);
  }

  /** Keys without the window. */
  public List<String> dayKeys() {
    List<String> keys = new ArrayList<>(List.of(SystemColumns.DT));
    keys.addAll(spec.grouping());
    return keys;
  }

  String windowStart() {
    String time = time();
    return switch (spec.window()) {
      case ONE_MINUTE, RUNNING_DAY -> "date_trunc('MINUTE', %s)".formatted(time);
      // Every zone in use is a multiple of five minutes off UTC, so that this needs no zone.
      case FIVE_MINUTES ->
          "timestamp_seconds(unix_seconds(%1$s) - pmod(unix_seconds(%1$s), 300))".formatted(time);
      case ONE_HOUR -> "date_trunc('HOUR', %s)".formatted(time);
      case ONE_DAY -> throw new IllegalStateException("a day has no window start");
    };
  }
}
