package io.tidemark.reconciliation.plan;

import static io.tidemark.reconciliation.plan.SqlText.literal;

import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.Map;
import java.util.stream.Collectors;

/** The query that shows a person the rows of a key on both sides, as they were compared. */
public final class EvidenceSql {
  private EvidenceSql() {}

  /**
   * SQL of a key's rows.
   *
   * @param table the job's table
   * @param key key column to its value as text; a NULL is {@code null}
   */
  public static String of(TableName table, Pin pin, Map<String, String> key) {
    String where =
        key.entrySet().stream()
            .filter(column -> !column.getKey().equals(SystemColumns.DT))
            .map(
                column ->
                    " AND CAST(%s AS STRING) <=> %s"
                        .formatted(Sql.name(column.getKey()), literal(column.getValue())))
            .collect(
                Collectors.joining(
                    "", "WHERE %s = DATE'%s'".formatted(SystemColumns.DT, pin.day()), ""));
    String batch = side("batch", table, pin.offline(), where);
    return pin.mainSnapshot()
        .map(main -> side("stream", table, main, where) + "\nUNION ALL\n" + batch)
        .orElse(batch);
  }

  private static String side(String side, TableName table, long snapshot, String where) {
    return "SELECT '%s' AS side, * FROM %s VERSION AS OF %d %s"
        .formatted(side, table, snapshot, where);
  }
}
