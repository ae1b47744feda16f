package io.tidemark.tests.source;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tests.source.SourceTables.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What mirrors show, as text that can be compared with the source's. */
final class MirrorRows {
  private static final String NULL = "(null)";
  static final String BETWEEN = " | ";

  private MirrorRows() {}

  /**
   * The rows of tables, each with how often it is there. Without a key there is no mirror: then the
   * rows that the changes add and take away, added up.
   *
   * @param added columns that tables have besides their first ones, by table
   */
  static Map<String, Map<String, Long>> of(
      Lakehouse lake, String source, List<Table> tables, Map<String, List<String>> added) {
    String sql =
        tables.stream()
            .map(table -> select(lake, source, table, added.getOrDefault(table.name(), List.of())))
            .collect(Collectors.joining("\nUNION ALL\n"));
    Map<String, Map<String, Long>> rows = new HashMap<>();
    tables.forEach(table -> rows.put(table.name(), new TreeMap<>()));
    for (Row row : lake.spark().sql(sql).collectAsList()) {
      rows.get(row.getString(0)).put(row.getString(1), row.getLong(2));
    }
    return rows;
  }

  private static String select(Lakehouse lake, String source, Table table, List<String> added) {
    boolean mirror = !table.key().isEmpty();
    String relation =
        mirror
            ? "dwd.%s_%s_v".formatted(source, table.name())
            : "ods.%s_%s_change".formatted(source, table.name());
    StructType schema = lake.spark().table(relation).schema();
    String row =
        Stream.of(
                Stream.of("tenant", "id"),
                IntStream.range(0, table.columns().size()).mapToObj(table::column),
                added.stream())
            .flatMap(each -> each)
            .map(column -> shown(text(column, schema)))
            .collect(Collectors.joining(", ", "concat_ws('" + BETWEEN + "', ", ")"));
    String often = mirror ? "count(*)" : "sum(CASE change_op WHEN 'delete' THEN -1 ELSE 1 END)";
    return "SELECT '%s' AS source_table, %s AS row, %s AS often FROM %s GROUP BY 2 HAVING often <> 0"
        .formatted(table.name(), row, often, relation);
  }

  /** SQL of both sides for a text: a long one by its checksum, so that a difference can be read. */
  static String shown(String text) {
    return "CASE WHEN %1$s IS NULL THEN '%2$s' WHEN length(%1$s) > 200 THEN md5(%1$s) ELSE %1$s END"
        .formatted(text, NULL);
  }

  private static String text(String column, StructType schema) {
    DataType type = schema.apply(column).dataType();
    String value =
        type.equals(DataTypes.TimestampType)
            ? "unix_micros(" + column + ")"
            : type.equals(DataTypes.DoubleType)
                ? "CAST(" + column + " * 1000000 AS BIGINT)"
                : column;
    return "CAST(" + value + " AS STRING)";
  }
}
