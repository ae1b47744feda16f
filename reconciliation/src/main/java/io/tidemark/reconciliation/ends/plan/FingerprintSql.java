package io.tidemark.reconciliation.ends.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The same fingerprints of rows on both sides: a number of 60 bits of the key and one of the whole
 * row, each from the MD5 of the values' texts. Rows are in buckets by the key's.
 *
 * @param key columns that tell rows apart
 * @param columns all that are compared, the key among them
 * @param buckets how many buckets
 */
public record FingerprintSql(List<SourceColumn> key, List<SourceColumn> columns, int buckets) {
  public FingerprintSql {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
  }

  /** PostgreSQL: bucket, rows, and the sum of their fingerprints. */
  public String sourceSums(String table) {
    return "SELECT (key_print %% %d)::int, count(*), sum(row_print)::text FROM (%s) p GROUP BY 1"
        .formatted(buckets, sourcePrints(table));
  }

  /** PostgreSQL: bucket, both fingerprints and the key of the rows of some buckets, in order. */
  public String sourceRows(String table) {
    return "SELECT (key_print %% %1$d)::int, key_print, row_print, key_text FROM (%2$s) p WHERE (key_print %% %1$d)::int = ANY (?) ORDER BY 1, 2, 3"
        .formatted(buckets, sourcePrints(table));
  }

  /** PostgreSQL: the same of some keys. */
  public String sourceKeys(String table) {
    return "SELECT (key_print %% %d)::int, key_print, row_print, key_text FROM (%s) p WHERE key_print = ANY (?)"
        .formatted(buckets, sourcePrints(table));
  }

  private String sourcePrints(String table) {
    return prints(
        sourcePrint(key),
        sourcePrint(columns),
        key.stream()
            .map(column -> "'" + column.name() + "=' || " + column.source())
            .collect(Collectors.joining(" || ', ' || ")),
        table);
  }

  /** Both fingerprints of each row, and its key for a person. */
  private static String prints(String ofKey, String ofRow, String keyText, String relation) {
    return "SELECT %s AS key_print, %s AS row_print, %s AS key_text FROM %s"
        .formatted(ofKey, ofRow, keyText, relation);
  }

  private static String sourcePrint(List<SourceColumn> columns) {
    String text =
        columns.stream()
            .map(SourceColumn::source)
            .map(value -> "coalesce('v' || length(%1$s) || ':' || (%1$s), 'n')".formatted(value))
            .collect(Collectors.joining(" || "));
    return "('x' || substr(md5(convert_to(" + text + ", 'UTF8')), 1, 15))::bit(60)::bigint";
  }

  /** Spark: bucket, rows, and the sum of their fingerprints. */
  public String mirrorSums(String relation) {
    return "SELECT CAST(key_print %% %d AS INT), count(*), CAST(sum(CAST(row_print AS DECIMAL(38,0))) AS STRING) FROM (%s) GROUP BY 1"
        .formatted(buckets, mirrorPrints(relation));
  }

  /** Spark: {@code bucket}, {@code key_print}, {@code row_print}, {@code key_text} of all rows. */
  public String mirrorRows(String relation) {
    return "SELECT CAST(key_print %% %d AS INT) AS bucket, key_print, row_print, key_text FROM (%s)"
        .formatted(buckets, mirrorPrints(relation));
  }

  private String mirrorPrints(String relation) {
    return prints(
        mirrorPrint(key),
        mirrorPrint(columns),
        key.stream()
            .map(column -> "concat('" + column.name() + "=', " + column.mirror() + ")")
            .collect(Collectors.joining(", ", "concat_ws(', ', ", ")")),
        relation);
  }

  private static String mirrorPrint(List<SourceColumn> columns) {
    String text =
        columns.stream()
            .map(SourceColumn::mirror)
            .map(value -> "coalesce(concat('v', length(%1$s), ':', %1$s), 'n')".formatted(value))
            .collect(Collectors.joining(", ", "concat(", ")"));
    return "CAST(conv(substr(md5(CAST(" + text + " AS BINARY)), 1, 15), 16, 10) AS BIGINT)";
  }
}
