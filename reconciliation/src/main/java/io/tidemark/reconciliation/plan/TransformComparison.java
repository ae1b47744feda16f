package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Compares a transform row by row. A row is found on the other side by the dedupe key; without one,
 * or when the key has a NULL in it and identifies nothing, by where its message stood in Kafka.
 */
public final class TransformComparison implements Comparison {
  /** Rows per key: a lost row and a doubled one both show here. */
  public static final String ROWS = "rows";

  /** Keys that both sides have equally often, with other values. */
  public static final String CONTENT = "content";

  /** Where a message stood in Kafka. */
  private static final List<String> POSITION =
      List.of(SystemColumns.TOPIC, SystemColumns.PARTITION, SystemColumns.OFFSET);

  private final Map<String, String> identity;
  private final List<Column> columns;

  /**
   * A column of the job's output.
   *
   * @param name its name
   * @param scalar whether it is one value, and no list, map or struct
   */
  public record Column(String name, boolean scalar) {
    /** Nested values as JSON, NULLs kept: hashes pass over a NULL inside a value. */
    private String value(String relation) {
      String value = relation + Sql.name(name);
      return scalar
          ? value
          : "to_json(named_struct('v', %s), map('ignoreNullFields', 'false'))".formatted(value);
    }
  }

  public TransformComparison(TransformSpec job, List<Column> columns) {
    this(identity(job.dedupeKey()), columns);
  }

  /** A comparison of a join, whose rows are found by the places of the two that were joined. */
  public static TransformComparison ofJoin(List<Column> columns) {
    Map<String, String> identity = new LinkedHashMap<>();
    JoinSql.identity().forEach(column -> identity.put(column, Sql.name(column)));
    return new TransformComparison(identity, columns);
  }

  private TransformComparison(Map<String, String> identity, List<Column> columns) {
    this.identity = identity;
    this.columns =
        columns.stream().filter(c -> !c.name().equals(SystemColumns.INGEST_BATCH)).toList();
  }

  @Override
  public HashedRows hashed(String view) {
    return new HashedRows(rowsWithHash(view), names(), List.of("hash__"));
  }

  @Override
  public List<MetricTotal> totals() {
    return List.of(
        new MetricTotal(SideTotal.NOTHING, MetricTotal.Of.ROWS, MetricTotal.Of.ROWS),
        new MetricTotal(SideTotal.NOTHING, MetricTotal.Of.KEYS, MetricTotal.Of.KEYS));
  }

  @Override
  public SideBySide of(String streamView, String batchView, Optional<Only> only) {
    return new SideBySide(
        perKey(streamView, only),
        perKey(batchView, only),
        List.copyOf(identity.keySet()),
        List.of(rows(), content()));
  }

  /** What a row is found by on the other side: a name, and SQL over a row of the table. */
  public Map<String, String> identity() {
    return Collections.unmodifiableMap(identity);
  }

  private List<String> names() {
    return identity.keySet().stream().map(Sql::name).toList();
  }

  static ComparedMetric rows() {
    ComparedMetric rows =
        new MetricColumn("rows__", MetricColumn.Type.WHOLE, 0, "SUM", Optional.empty()).compared(0);
    return new ComparedMetric(
        ROWS,
        true,
        rows.column(),
        rows.differs(),
        rows.distance(),
        rows.broken(),
        rows.streamNumber(),
        rows.batchNumber());
  }

  static ComparedMetric content() {
    String differs =
        "(in_stream AND in_batch AND stream_rows__ = batch_rows__ AND NOT (%s <=> %s))"
            .formatted(ComparedMetric.ofStream(1), ComparedMetric.ofBatch(1));
    return new ComparedMetric(
        CONTENT,
        true,
        "content__",
        differs,
        "CAST(%s AS BIGINT)".formatted(differs),
        "FALSE",
        Optional.empty(),
        Optional.empty());
  }

  private String perKey(String view, Optional<Only> only) {
    String rows = "(" + rowsWithHash(view) + ")";
    return contents(
        only.map(some -> some.rowsOf(rows, names())).orElse("SELECT * FROM " + rows), names());
  }

  /**
   * A row per key, of rows with {@code hash__}. The hashes of rows that share a key are added up,
   * which neither their order nor a doubled row can make cancel out, as an exclusive or would; in
   * two halves, because sums of whole hashes overflow. Rows are spread by the hash that the sides
   * are joined on, so that they move once.
   */
  static String contents(String rows, List<String> keys) {
    return """
        SELECT %1$s, kh__, TRUE AS present__, COUNT(*) AS rows__,
          CAST(SUM(shiftright(hash__, 32)) AS DECIMAL(20, 0)) * 4294967296
            + SUM(hash__ & 4294967295L) AS content__
        FROM (SELECT *, %2$s AS kh__ FROM (%3$s) DISTRIBUTE BY kh__) GROUP BY kh__, %1$s"""
        .formatted(String.join(", ", keys), HashedRows.keyHash(keys), rows);
  }

  private String rowsWithHash(String view) {
    return "SELECT %s, %s AS hash__ FROM %s".formatted(identities(), hash(), view);
  }

  /** NULLs leave no trace in Spark's hash, so (NULL, 'x') would equal ('x', NULL): flag them. */
  String hash() {
    return hashWithout(List.of());
  }

  /** The hash of a row but for some of its columns. */
  String hashWithout(List<String> leftOut) {
    List<String> values = new ArrayList<>();
    for (Column column : columns) {
      if (!leftOut.contains(column.name())) {
        values.add(column.value(""));
        values.add(Sql.name(column.name()) + " IS NULL");
      }
    }
    return "xxhash64(" + String.join(", ", values) + ")";
  }

  private String identities() {
    return identity.entrySet().stream()
        .map(entry -> entry.getValue() + " AS " + Sql.name(entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Which columns two rows of one key differ in, from a view of some keys and views of both sides:
   * the key as text, then the stream's and the batch's values of those columns.
   */
  public String differences(String keysView, String streamView, String batchView) {
    String keys = Sql.list(identity.keySet(), key -> "CAST(k." + Sql.name(key) + " AS STRING)");
    return "SELECT %1$s, MIN(%2$s), MIN(%3$s)%nFROM %4$s k JOIN (%5$s) m ON %6$s JOIN (%7$s) o ON %8$s%nGROUP BY %9$s ORDER BY %9$s"
        .formatted(
            keys,
            changed("m."),
            changed("o."),
            keysView,
            identified(streamView),
            sameIdentity("m"),
            identified(batchView),
            sameIdentity("o"),
            Sql.list(identity.keySet(), key -> "k." + Sql.name(key)));
  }

  private String identified(String view) {
    int[] next = {0};
    String ids =
        identity.values().stream()
            .map(value -> value + " AS id__" + next[0]++)
            .collect(Collectors.joining(", "));
    return "SELECT *, " + ids + " FROM " + view;
  }

  private String sameIdentity(String side) {
    int[] next = {0};
    return identity.keySet().stream()
        .map(key -> "k.%s <=> %s.id__%d".formatted(Sql.name(key), side, next[0]++))
        .collect(Collectors.joining(" AND "));
  }

  private String changed(String side) {
    return columns.stream()
        .map(
            column ->
                "CASE WHEN NOT (%s <=> %s) THEN concat('%s=', COALESCE(CAST(%s AS STRING), 'NULL')) END"
                    .formatted(
                        column.value("m."), column.value("o."), column.name(), column.value(side)))
        .collect(Collectors.joining(", ", "concat_ws(', ', ", ")"));
  }

  private static Map<String, String> identity(List<String> dedupeKey) {
    List<String> key = dedupeKey.stream().filter(c -> !c.equals(SystemColumns.DT)).toList();
    String nameless =
        dedupeKey.isEmpty()
            ? "TRUE"
            : dedupeKey.stream()
                .map(column -> Sql.name(column) + " IS NULL")
                .collect(Collectors.joining(" OR ", "(", ")"));
    Map<String, String> identity = new LinkedHashMap<>();
    key.forEach(
        c -> identity.put(c, "CASE WHEN NOT %s THEN %s END".formatted(nameless, Sql.name(c))));
    for (String column : POSITION) {
      identity.put(
          column,
          key.contains(column)
              ? Sql.name(column)
              : "CASE WHEN %s THEN %s END".formatted(nameless, Sql.name(column)));
    }
    return identity;
  }
}
