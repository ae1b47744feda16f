package io.tidemark.reconciliation.plan;

import static io.tidemark.reconciliation.plan.SqlText.literal;

import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;
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

  private static final int BATCH_TABLE = 0;
  private static final int BATCH_INPUT = 1;
  private static final int NOT_LATE = 2;

  public StepSql {
    metrics = List.copyOf(metrics);
    upstream = List.copyOf(upstream);
  }

  /** What identifies a key. */
  public List<String> keys() {
    return new AggregateSql(job).keys();
  }

  /** What the rows that bear on a key share with it; of a running day not the minute. */
  public List<String> groups() {
    AggregateSql sql = new AggregateSql(job);
    return sql.running() ? sql.dayKeys() : sql.keys();
  }

  /** Rows of a view of the input that bear on a key that differs. */
  public String bearing(String input, String differing) {
    return "SELECT r.* FROM (%s) r LEFT SEMI JOIN (SELECT DISTINCT %s FROM %s) k ON %s"
        .formatted(
            new AggregateSql(job).rows(input),
            Sql.names(groups()),
            differing,
            Sql.sameKey(groups(), "r", "k"));
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
            i ->
                "WHEN %s THEN %d"
                    .formatted(literal(upstream.get(i).text()), NOT_LATE + 1 + i))
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
            Sql.names(groups()),
            definitions.said(SystemColumns.INGEST_BATCH),
            literal(Cause.LATE.text()),
            first,
            literal(", more than " + limit + "; the stream leaves it to the batch."),
            SystemColumns.EVENT_TIME,
            SystemColumns.PARTITION,
            SystemColumns.OFFSET,
            withLate(rows));
  }

  /** The events of the keys, from views of {@link #values} and {@link #facts}. */
  public String events(String values, String facts, boolean writtenIsMain) {
    int last = lastInput() + (writtenIsMain ? 1 : 2);
    List<String> steps = new ArrayList<>();
    for (int step = BATCH_TABLE; step < last; step++) {
      steps.add(transition(step, writtenIsMain));
    }
    return """
        SELECT %1$s, e.* FROM (
          SELECT v.*, f.facts__, f.definition__ FROM %2$s v LEFT JOIN %3$s f ON %4$s) LATERAL VIEW INLINE(ARRAY(
          %5$s)) e
        WHERE %6$s"""
        .formatted(
            Sql.names(keys()),
            values,
            facts,
            Sql.sameKey(groups(), "v", "f"),
            String.join(",\n  ", steps),
            IntStream.range(0, metrics.size())
                .mapToObj(i -> "e.changed__" + i)
                .collect(Collectors.joining(" OR ")));
  }

  private String transition(int step, boolean writtenIsMain) {
    String from = "at__[" + step + "]";
    String to = "at__[" + (step + 1) + "]";
    List<String> columns = new ArrayList<>();
    String cause;
    String sentence;
    if (step == BATCH_TABLE) {
      cause = changed(from, to, false);
      sentence = sentence(cause, "offline", from, to, offlineChanges);
    } else if (step > lastInput() || step == lastInput() && writtenIsMain) {
      // Where nobody else has committed, the two last steps are one.
      boolean byStream = step == lastInput();
      cause = changed(to, from, byStream);
      sentence = sentence(cause, "main", to, from, byStream ? "" : mainChanges);
    } else if (step == lastInput()) {
      cause = changed(to, from, true);
      sentence = sentence(cause, "main", to, from, "");
    } else {
      cause = literal((step == BATCH_INPUT ? Cause.LATE : upstream.get(step - NOT_LATE)).text());
      sentence = "COALESCE(facts__[" + cause + "], '')";
    }
    columns.add(cause + " AS cause__");
    columns.add(step + " AS rank__");
    columns.add(sentence + " AS sentence__");
    for (int i = 0; i < metrics.size(); i++) {
      MetricColumn metric = metrics.get(i);
      String a = from + ".v" + i;
      String b = to + ".v" + i;
      String differs =
          "((%s IS NULL) <> (%s IS NULL) OR NOT %s)".formatted(from, to, metric.equal(a, b));
      columns.add(
          metric.type() == MetricColumn.Type.ORDERED
              ? "0L AS part__" + i
              : "CASE WHEN %s THEN %s - %s ELSE 0 END AS part__%d"
                  .formatted(differs, metric.number(a), metric.number(b), i));
      columns.add(differs + " AS changed__" + i);
    }
    return "STRUCT(" + String.join(", ", columns) + ")";
  }

  /** What became of a table that should have been {@code expected}. */
  private static String changed(String actual, String expected, boolean byStream) {
    return """
        CASE %1$sWHEN %2$s IS NULL OR %2$s.r < %3$s.r THEN %4$s
          WHEN %3$s IS NULL THEN %5$s
          WHEN %2$s.r > %3$s.r THEN %6$s
          ELSE %7$s END"""
        .formatted(
            byStream
                ? "WHEN definition__ IS NOT NULL THEN " + literal(Cause.DEFINITION.text()) + " "
                : "",
            actual,
            expected,
            literal(Cause.LOST.text()),
            literal(Cause.FOREIGN.text()),
            literal(Cause.DOUBLED.text()),
            literal(Cause.ALTERED.text()));
  }

  private static String sentence(
      String cause, String branch, String actual, String expected, String changes) {
    return """
        CONCAT(CASE %1$s
          WHEN %2$s THEN CONCAT('The stream wrote rows of this key by ', definition__, '.')
          WHEN %3$s THEN CONCAT('%4$s counts ', COALESCE(%5$s.r, 0), ' rows of this key, and its input gives ', COALESCE(%6$s.r, 0), ': some were lost.')
          WHEN %7$s THEN CONCAT('%4$s counts ', %5$s.r, ' rows of this key, and its input gives ', %6$s.r, ': some are there twice.')
          WHEN %8$s THEN '%4$s has this key, and no row of its input has it.'
          ELSE CONCAT('%4$s counts ', %5$s.r, ' rows of this key as its input gives, with other values.') END, %9$s)"""
        .formatted(
            cause,
            literal(Cause.DEFINITION.text()),
            literal(Cause.LOST.text()),
            branch,
            actual,
            expected,
            literal(Cause.DOUBLED.text()),
            literal(Cause.FOREIGN.text()),
            literal(changes.isEmpty() ? "" : " " + changes));
  }
}
