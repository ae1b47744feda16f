package io.tidemark.reconciliation.plan;

import static io.tidemark.reconciliation.plan.SqlText.literal;

import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.List;

/** The input of an aggregate with the causes that its rows can have, as SQL. */
public final class InputSql {
  private InputSql() {}

  /**
   * Rows of ODS: those that came behind the seal are left to the batch, and where a dead letter
   * stands at the same place, that is why.
   *
   * @param columns what the aggregate needs of its input
   * @param ods view of the day's rows
   * @param letters view of dead letters
   */
  public static String tagged(List<String> columns, String ods, String letters) {
    String place =
        "CONCAT('Message ', r.%s, '[', r.%s, ']@', r.%s)"
            .formatted(SystemColumns.TOPIC, SystemColumns.PARTITION, SystemColumns.OFFSET);
    return """
        SELECT %1$s,
          CASE WHEN NOT COALESCE(r.%2$s, FALSE) THEN NULL WHEN l.reason__ IS NULL THEN %3$s ELSE %4$s END AS row_cause__,
          TRUE AS is_batch__,
          CASE WHEN l.reason__ IS NULL THEN CONCAT(%5$s, ' came behind the seal of its day; the stream leaves it to the batch.')
            ELSE CONCAT(%5$s, ' was a dead letter (', l.reason__, ') when the stream passed it and is repaired since, behind the seal of its day.') END AS row_sentence__
        FROM %6$s r LEFT JOIN (
          SELECT %7$s AS topic__, %8$s AS partition__, %9$s AS offset__, MIN(reason) AS reason__
          FROM %10$s GROUP BY 1, 2, 3) l
        ON r.%2$s AND r.%7$s = l.topic__ AND r.%8$s = l.partition__ AND r.%9$s = l.offset__"""
        .formatted(
            Sql.list(columns, column -> "r." + Sql.name(column)),
            SystemColumns.PENDING,
            literal(Cause.IN_FLIGHT.text()),
            literal(Cause.DEAD_LETTER.text()),
            place,
            ods,
            SystemColumns.TOPIC,
            SystemColumns.PARTITION,
            SystemColumns.OFFSET,
            letters);
  }

  /** The rows of an input that stream and batch have alike. */
  public static String untagged(List<String> columns, String rows) {
    return "SELECT %s, CAST(NULL AS STRING) AS row_cause__, TRUE AS is_batch__, CAST(NULL AS STRING) AS row_sentence__ FROM %s"
        .formatted(Sql.names(columns), rows);
  }
}
