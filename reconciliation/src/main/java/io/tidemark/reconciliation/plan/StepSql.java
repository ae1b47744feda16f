package io.tidemark.reconciliation.plan;

import static io.tidemark.reconciliation.plan.SqlText.literal;

import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Why keys of an aggregate differ, as SQL: the batch's value is turned into the stream's step by
 * step, and what a step changes is the part of its cause. So the parts add up to the difference for
 * every metric, also for distincts, averages and running days, whose parts no single row has.
 *
 * <p>The steps: the batch's table; what the batch's input gives; without late rows; with the rows
 * of one upstream cause after another as the stream got them; what the stream wrote; the stream's
 * table. The steps in between are one aggregation with the step as a dimension.
 *
 * @param job the aggregate
 * @param metrics what is compared, in order
 * @param upstream causes that rows of the input have, in the order they are taken
 * @param definitions by which definition the stream wrote, where it was not today's
 * @param mainChanges evidence of commits by others on {@code main}; empty when there is none
 * @param offlineChanges the same of {@code offline}
 */
public record StepSql(
    AggregateSpec job,
    List<MetricColumn> metrics,
    List<Cause> upstream,
    WrittenBy definitions,
    String mainChanges,
    String offlineChanges) {
  /** The dimension that is the step. */
  public static final String STEP = "step__";

  /** Of a row of the input: its cause, as {@link Cause#text}; NULL where both sides have it. */
  public static final String ROW_CAUSE = "row_cause__";

  /** Whether a row is the batch's version. */
  public static final String IS_BATCH = "is_batch__";

  /** What is to be said of a row that has a cause. */
  public static final String ROW_SENTENCE = "row_sentence__";

  private static final String VIEW = "view__";
  private static final int BATCH_TABLE = 0;
  private static final int BATCH_INPUT = 1;
  private static final int NOT_LATE = 2;

  public StepSql {
    // When a step counts as a change is no matter of what is tolerated.
    metrics =
        metrics.stream()
            .map(m -> new MetricColumn(m.name(), m.type(), m.scale(), m.total(), Optional.empty()))
            .toList();
    upstream = List.copyOf(upstream);
  }

  /** What identifies a key. */
  public List<String> keys() {
    return new AggregateSql(job).keys();
  }

  /** What the rows that bear on a key share with it; of a running day not the minute. */
  private static List<String> groups(AggregateSpec job) {
    AggregateSql sql = new AggregateSql(job);
    return sql.running() ? sql.dayKeys() : sql.keys();
  }

  /** Rows of a view of the input that bear on a key that differs. */
  public static String bearing(AggregateSpec job, String input, String differing) {
    return bearingOn(job, "(" + new AggregateSql(job).rows(input) + ")", differing);
  }

  private static String bearingOn(AggregateSpec job, String rows, String differing) {
    return "SELECT r.* FROM %s r LEFT SEMI JOIN (SELECT DISTINCT %s FROM %s) k ON %s"
        .formatted(rows, Sql.names(groups(job)), differing, Sql.sameKey(groups(job), "r", "k"));
  }

  /** Which causes the rows of a view of {@link #bearing} have, as {@link Cause#text}. */
  public static String causes(String rows) {
    return "SELECT DISTINCT %1$s FROM %2$s WHERE %1$s IS NOT NULL".formatted(ROW_CAUSE, rows);
  }

  /** Of several views of the job's table the rows that bear on a key that differs. */
  public static String tableRows(AggregateSpec job, List<String> views, String differing) {
    return bearingOn(
        job,
        views.stream()
            .map(view -> "SELECT *, %s AS %s FROM %s".formatted(literal(view), VIEW, view))
            .collect(Collectors.joining(" UNION ALL ", "(", ")")),
        differing);
  }

  /** The rows of one of these views, from a view of {@link #tableRows}. */
  public static String rowsOf(String tableRows, String view) {
    return "SELECT * EXCEPT (%1$s) FROM %2$s WHERE %1$s = %3$s"
        .formatted(VIEW, tableRows, literal(view));
  }

  /** Each row once for each step that it is in. */
  public String stepped(String rows) {
    return """
        SELECT * EXCEPT (from__, to__), EXPLODE(SEQUENCE(from__, to__)) AS step__ FROM (
          SELECT *,
            CASE WHEN is_batch__ THEN %1$d ELSE %2$s END AS from__,
            CASE WHEN late__ THEN CASE WHEN is_batch__ THEN %1$d ELSE 0 END
              WHEN is_batch__ AND row_cause__ IS NOT NULL THEN %2$s - 1
              ELSE %3$d END AS to__
          FROM (%4$s))
        WHERE from__ <= to__"""
        .formatted(BATCH_INPUT, appliedAt(), lastInput(), withLate(rows));
  }

  private String withLate(String rows) {
    return "SELECT *, %s AS late__ FROM %s".formatted(late(), rows);
  }

  private String late() {
    return new AggregateSql(job)
        .lateCondition()
        .map(condition -> "COALESCE(" + condition + ", FALSE)")
        .orElse("FALSE");
  }

  /** The step in which the rows of a cause are as the stream got them. */
  private String appliedAt() {
    if (upstream.isEmpty()) {
      return Integer.toString(lastInput() + 1);
    }
    return IntStream.range(0, upstream.size())
        .mapToObj(
            i -> "WHEN %s THEN %d".formatted(literal(upstream.get(i).text()), NOT_LATE + 1 + i))
        .collect(Collectors.joining(" ", "CASE row_cause__ ", " END"));
  }

  private int lastInput() {
    return NOT_LATE + upstream.size();
  }

  /**
   * The values of each key in each step: {@code at__}, from the step to the row count {@code r} and
   * the metrics {@code v0}, {@code v1}. A key that has no row in a step has no entry for it.
   *
   * @param offline SQL that reads the batch's table
   * @param steps SQL that reads the aggregation of {@link #stepped}
   * @param written SQL that reads what the stream wrote
   * @param main SQL that reads the stream's table
   */
  public String values(
      String offline, String steps, String written, String main, String differing) {
    List<String> tables = new ArrayList<>();
    tables.add(step(BATCH_TABLE + "", offline));
    tables.add(step(STEP, steps));
    tables.add(step(lastInput() + 1 + "", written));
    if (!main.equals(written)) {
      tables.add(step(lastInput() + 2 + "", main));
    }
    return "SELECT %1$s, MAP_FROM_ENTRIES(COLLECT_LIST(STRUCT(s__, STRUCT(r, %2$s)))) AS at__%nFROM (%3$s) v LEFT SEMI JOIN %4$s k ON %5$s%nGROUP BY %1$s"
        .formatted(
            Sql.names(keys()),
            values(i -> "v" + i),
            String.join("\nUNION ALL ", tables),
            differing,
            Sql.sameKey(keys(), "v", "k"));
  }

  private String step(String step, String read) {
    return "SELECT %s, %s AS r, %s, CAST(%s AS INT) AS s__ FROM (%s)"
        .formatted(
            Sql.names(keys()),
            AggregateSql.ROW_COUNT,
            values(i -> Sql.name(metrics.get(i).name()) + " AS v" + i),
            step,
            read);
  }

  private String values(java.util.function.IntFunction<String> value) {
    return IntStream.range(0, metrics.size()).mapToObj(value).collect(Collectors.joining(", "));
  }

  /**
   * What is known of the rows behind the groups of keys: how many were late and which first, and
   * the same for each cause, as {@code facts__}, from the cause to its sentence; and by which
   * definition the stream read them.
   */
  public String facts(String rows) {
    String first =
        "CONCAT('Message ', %s, '[', %s, ']@', %s, ' of event time ', %s, ' was received ', %s)"
            .formatted(
                SystemColumns.TOPIC,
                SystemColumns.PARTITION,
                SystemColumns.OFFSET,
                SystemColumns.EVENT_TIME,
                SystemColumns.KAFKA_TIME);
    String limit =
        job.lateness().limit().map(Shown::duration).orElse("any time") + " after the event";
    return """
        SELECT %1$s, MAX(definition__) AS definition__,
          MAP_FROM_ENTRIES(COLLECT_LIST(CASE WHEN cause__ IS NOT NULL THEN STRUCT(cause__, CONCAT(sentence__, CASE WHEN rows__ > 1 THEN CONCAT(' So came ', rows__ - 1, ' more.') ELSE '' END)) END)) AS facts__
        FROM (
          SELECT %1$s, cause__, COUNT(*) AS rows__, MIN_BY(sentence__, order__) AS sentence__, MAX(definition__) AS definition__
          FROM (
            SELECT *, %2$s AS definition__,
              CASE WHEN late__ AND is_batch__ THEN %3$s ELSE row_cause__ END AS cause__,
              CASE WHEN late__ AND is_batch__ THEN CONCAT(%4$s, %5$s) ELSE row_sentence__ END AS sentence__,
              STRUCT(%6$s, %7$s, %8$s) AS order__
            FROM (%9$s))
          GROUP BY %1$s, cause__)
        GROUP BY %1$s"""
        .formatted(
            Sql.names(groups(job)),
            definitions.said(SystemColumns.INGEST_BATCH),
            literal(Cause.LATE.text()),
            first,
            literal(", more than " + limit + "; the stream leaves it to the batch."),
            SystemColumns.EVENT_TIME,
            SystemColumns.PARTITION,
            SystemColumns.OFFSET,
            withLate(rows));
  }

  /**
   * The events of the keys, from views of {@link #values} and {@link #facts}: one for each step
   * that changes a value.
   *
   * @param writtenIsMain whether nobody else has changed the stream's table
   */
  public String events(String values, String facts, boolean writtenIsMain) {
    List<String> columns = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      MetricColumn metric = metrics.get(i);
      String a = "a__.v" + i;
      String b = "b__.v" + i;
      columns.add(
          metric.type() == MetricColumn.Type.ORDERED
              ? "0L AS part__" + i
              : "%s - %s AS part__%d".formatted(metric.number(a), metric.number(b), i));
      columns.add(
          "((a__ IS NULL) <> (b__ IS NULL) OR NOT %s) AS changed__%d"
              .formatted(metric.equal(a, b), i));
      changed.add("changed__" + i);
    }
    return """
        SELECT %1$s, cause__, rank__, %2$s AS sentence__, %3$s FROM (
          SELECT *, %4$s AS cause__ FROM (
            SELECT *, CASE WHEN rank__ = %5$d THEN a__.r ELSE b__.r END AS actual__,
              CASE WHEN rank__ = %5$d THEN b__.r ELSE a__.r END AS expected__, %6$s
            FROM (
              SELECT v.*, f.facts__, f.definition__, s.rank__, at__[s.rank__] AS a__, at__[s.rank__ + 1] AS b__
              FROM %7$s v LEFT JOIN %8$s f ON %9$s LATERAL VIEW EXPLODE(SEQUENCE(%5$d, %10$d)) s AS rank__))
          WHERE %11$s)"""
        .formatted(
            Sql.names(keys()),
            sentence(),
            String.join(
                ", ",
                IntStream.range(0, metrics.size())
                    .mapToObj(i -> "part__%1$d, changed__%1$d".formatted(i))
                    .toList()),
            cause(writtenIsMain),
            BATCH_TABLE,
            String.join(", ", columns),
            values,
            facts,
            Sql.sameKey(groups(job), "v", "f"),
            lastInput() + (writtenIsMain ? 0 : 1),
            String.join(" OR ", changed));
  }

  /** The steps between the tables have their causes; what became of a table shows in its rows. */
  private String cause(boolean writtenIsMain) {
    StringBuilder cause = new StringBuilder("CASE");
    cause.append(" WHEN rank__ = %d THEN %s".formatted(BATCH_INPUT, literal(Cause.LATE.text())));
    for (int i = 0; i < upstream.size(); i++) {
      cause.append(
          " WHEN rank__ = %d THEN %s".formatted(NOT_LATE + i, literal(upstream.get(i).text())));
    }
    cause.append(
        " WHEN rank__ = %d AND definition__ IS NOT NULL THEN %s"
            .formatted(lastInput(), literal(Cause.DEFINITION.text())));
    return cause
        + " WHEN actual__ IS NULL OR actual__ < expected__ THEN %s WHEN expected__ IS NULL THEN %s WHEN actual__ > expected__ THEN %s ELSE %s END"
            .formatted(
                literal(Cause.LOST.text()),
                literal(Cause.FOREIGN.text()),
                literal(Cause.DOUBLED.text()),
                literal(Cause.ALTERED.text()));
  }

  private String sentence() {
    return """
        CASE WHEN rank__ BETWEEN %1$d AND %2$d THEN COALESCE(facts__[cause__], '')
          WHEN cause__ = %3$s THEN CONCAT('The stream wrote rows of this key by ', definition__, '.')
          ELSE CONCAT(CASE WHEN rank__ = %4$d THEN 'offline' ELSE 'main' END, CASE cause__
            WHEN %5$s THEN CONCAT(' counts ', COALESCE(actual__, 0), ' rows of this key, and its input gives ', COALESCE(expected__, 0), ': some were lost.')
            WHEN %6$s THEN CONCAT(' counts ', actual__, ' rows of this key, and its input gives ', expected__, ': some are there twice.')
            WHEN %7$s THEN ' has this key, and no row of its input has it.'
            ELSE CONCAT(' counts ', actual__, ' rows of this key as its input gives, with other values.') END,
            CASE WHEN rank__ = %4$d THEN %8$s ELSE %9$s END) END"""
        .formatted(
            BATCH_INPUT,
            lastInput() - 1,
            literal(Cause.DEFINITION.text()),
            BATCH_TABLE,
            literal(Cause.LOST.text()),
            literal(Cause.DOUBLED.text()),
            literal(Cause.FOREIGN.text()),
            literal(offlineChanges.isEmpty() ? "" : " " + offlineChanges),
            literal(mainChanges.isEmpty() ? "" : " " + mainChanges));
  }
}
