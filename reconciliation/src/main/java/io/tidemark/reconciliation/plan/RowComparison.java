package io.tidemark.reconciliation.plan;

import io.tidemark.jobs.plan.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the rows of any two relations by a key, of which NULLs and repetitions are ordinary.
 *
 * @param keys columns that rows are found by on the other side
 * @param columns columns that are compared
 */
public record RowComparison(List<String> keys, List<MetricColumn> columns) implements Comparison {
  /** What the column of {@link #changes} says of a row that only the right side has. */
  public static final String INSERTED = "inserted";

  /** The same of a row that only the left side has. */
  public static final String DELETED = "deleted";

  /** The same of a row that both sides have with other values. */
  public static final String CHANGED = "changed";

  public RowComparison {
    keys = List.copyOf(keys);
    columns = List.copyOf(columns);
  }

  /** Columns whose names would meet names that the SQL of a comparison gives. */
  public static List<String> namesInTheWay(List<String> keys, List<String> columns) {
    Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    given.addAll(List.of("change", "changed_columns"));
    columns.forEach(column -> given.addAll(List.of("left_" + column, "right_" + column)));
    return Stream.concat(
            keys.stream().filter(given::contains),
            Stream.concat(keys.stream(), columns.stream()).filter(name -> name.endsWith("__")))
        .distinct()
        .toList();
  }

  @Override
  public HashedRows hashed(String view) {
    return new HashedRows("SELECT * FROM " + view, names(), values());
  }

  @Override
  public List<MetricTotal> totals() {
    return List.of(
        new MetricTotal(SideTotal.NOTHING, MetricTotal.Of.ROWS, MetricTotal.Of.ROWS),
        new MetricTotal(SideTotal.NOTHING, MetricTotal.Of.KEYS, MetricTotal.Of.KEYS));
  }

  @Override
  public SideBySide of(String left, String right, Optional<Only> only) {
    return new SideBySide(
        perKey(left, only),
        perKey(right, only),
        keys,
        List.of(TransformComparison.rows(), TransformComparison.content()));
  }

  private String perKey(String view, Optional<Only> only) {
    String rows = only.map(some -> some.rowsOf(view, names())).orElse("SELECT * FROM " + view);
    return TransformComparison.contents(
        "SELECT *, %s AS hash__ FROM (%s)".formatted(hash(), rows), names());
  }

  /**
   * The rows that differ, from a view of the keys that do: {@code change}, the key, {@code
   * changed_columns} and both sides' values. Of rows that share a key those that both sides have
   * are left out first, each as often as both have it; what is left is paired in the order of its
   * values, so that values which are near each other meet.
   */
  public String changes(String keysView, String left, String right) {
    List<String> shown = new ArrayList<>();
    keys.forEach(
        key ->
            shown.add(
                "CASE WHEN l.at__ IS NULL THEN r.%1$s ELSE l.%1$s END AS %1$s"
                    .formatted(Sql.name(key))));
    shown.add(
        "CASE WHEN l.at__ IS NOT NULL AND r.at__ IS NOT NULL THEN CAST(array_compact(array(%s)) AS ARRAY<STRING>) END AS changed_columns"
            .formatted(
                columns.stream()
                    .map(
                        column ->
                            "CASE WHEN NOT %s THEN %s END"
                                .formatted(
                                    column.equal(
                                        "l." + Sql.name(column.name()),
                                        "r." + Sql.name(column.name())),
                                    Sql.text(column.name())))
                    .collect(Collectors.joining(", "))));
    for (MetricColumn column : columns) {
      shown.add("l.%s AS %s".formatted(Sql.name(column.name()), Sql.name("left_" + column.name())));
      shown.add(
          "r.%s AS %s".formatted(Sql.name(column.name()), Sql.name("right_" + column.name())));
    }
    return """
        WITH all_left AS (%1$s), all_right AS (%2$s),
        l AS (%3$s), r AS (%4$s)
        SELECT * FROM (
          SELECT CASE WHEN l.at__ IS NULL THEN '%5$s' WHEN r.at__ IS NULL THEN '%6$s' ELSE '%7$s' END AS change,
            %8$s
          FROM l FULL OUTER JOIN r ON %9$s AND l.at__ = r.at__)
        WHERE change <> '%7$s' OR size(changed_columns) > 0"""
        .formatted(
            numbered(left, keysView),
            numbered(right, keysView),
            unmatched("all_left", "all_right"),
            unmatched("all_right", "all_left"),
            INSERTED,
            DELETED,
            CHANGED,
            String.join(",\n    ", shown),
            Sql.sameKey(keys, "l", "r"));
  }

  private String numbered(String view, String keysView) {
    return "SELECT *, row_number() OVER (PARTITION BY %s, hash__ ORDER BY hash__) AS copy__ FROM (SELECT t.*, %s AS hash__ FROM %s t LEFT SEMI JOIN %s d ON %s)"
        .formatted(Sql.names(keys), hash(), view, keysView, Sql.sameKey(keys, "t", "d"));
  }

  private String unmatched(String side, String other) {
    return "SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %scopy__) AS at__ FROM (SELECT a.* FROM %s a LEFT ANTI JOIN %s b ON %s AND a.hash__ = b.hash__ AND a.copy__ = b.copy__)"
        .formatted(
            Sql.names(keys),
            columns.stream()
                .map(column -> Sql.name(column.name()) + ", ")
                .collect(Collectors.joining()),
            side,
            other,
            Sql.sameKey(keys, "a", "b"));
  }

  private List<String> names() {
    return keys.stream().map(Sql::name).toList();
  }

  private List<String> values() {
    return columns.stream().flatMap(column -> column.hashed().stream()).toList();
  }

  /** Of the values alone: over a join, a key's columns would be there twice. */
  private String hash() {
    List<String> values = values();
    return values.isEmpty() ? "0L" : HashedRows.keyHash(values);
  }
}
