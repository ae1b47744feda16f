package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A lookup of a transform as SQL. A row finds at most one row of the dimension, or NULL. */
public final class LookupSql {
  private static final String KEY = "key__";
  private static final String FROM = "from__";
  private static final String TO = "to__";

  /** Characters of a key's value that are shown, at most. */
  private static final int SHOWN = 100;

  private final LookupSpec spec;

  public LookupSql(LookupSpec spec) {
    this.spec = spec;
  }

  /** The view that the dimension's rows are put under, in the columns it has. */
  public String dimension() {
    return "dimension_" + spec.name();
  }

  /** The view of {@link #rows}. */
  public String view() {
    return "lookup_" + spec.name();
  }

  /** What is declared. */
  public LookupSpec spec() {
    return spec;
  }

  /**
   * The dimension as it is joined: its key, when it was valid where that counts, and one column
   * that holds the looked up ones.
   */
  public String rows() {
    List<String> columns = new ArrayList<>();
    int number = 0;
    for (String column : spec.key().keySet()) {
      columns.add(Sql.name(column) + " AS " + KEY + number++);
    }
    if (spec.asOf()) {
      columns.add(ChangeColumns.VALID_FROM + " AS " + FROM);
      columns.add(ChangeColumns.VALID_TO + " AS " + TO);
    }
    columns.add(
        "struct("
            + Sql.list(
                spec.columns().entrySet(),
                column ->
                    "CAST(%1$s AS %2$s) AS %1$s"
                        .formatted(Sql.name(column.getKey()), column.getValue().sql()))
            + ") AS "
            + Sql.name(spec.name()));
    return "SELECT " + String.join(", ", columns) + " FROM " + dimension();
  }

  /** The join of a row of {@code raw}; a NULL in the key finds nothing. */
  String join() {
    List<String> conditions = new ArrayList<>();
    int number = 0;
    for (String column : spec.key().values()) {
      conditions.add("raw.%s = %s.%s%d".formatted(Sql.name(column), view(), KEY, number++));
    }
    if (spec.asOf()) {
      String time = "raw." + SystemColumns.EVENT_TIME;
      conditions.add(view() + "." + FROM + " <= " + time);
      conditions.add("(%1$s.%2$s IS NULL OR %3$s < %1$s.%2$s)".formatted(view(), TO, time));
    }
    return "LEFT JOIN " + view() + " ON " + String.join(" AND ", conditions);
  }

  /**
   * Of a row that found nothing, what did not, as text: {@code content(id=17)}; NULL of others. A
   * NULL in the key is found nowhere.
   */
  String unknown() {
    List<String> parts = new ArrayList<>();
    String before = spec.name() + "(";
    for (Map.Entry<String, String> column : spec.key().entrySet()) {
      parts.add(Sql.text(before + column.getKey() + "="));
      parts.add(
          "coalesce(left(CAST(raw.%s AS STRING), %d), 'NULL')"
              .formatted(Sql.name(column.getValue()), SHOWN));
      before = ", ";
    }
    return "CASE WHEN %s.%s IS NULL THEN concat(%s, ')') END"
        .formatted(view(), Sql.name(spec.name()), String.join(", ", parts));
  }

  /** The condition under which {@link SystemColumns#UNKNOWN_KEYS} names a key of this lookup. */
  public String isUnknown() {
    return "instr(concat('; ', %s), %s) > 0"
        .formatted(SystemColumns.UNKNOWN_KEYS, Sql.text("; " + spec.name() + "("));
  }

  /** The condition under which a row of {@code raw} is looked up at all: no NULL in its key. */
  String isAsked() {
    return spec.key().values().stream()
        .map(column -> "raw." + Sql.name(column) + " IS NOT NULL")
        .collect(Collectors.joining(" AND "));
  }

  /** What a row has without a match, in the type that it has with one. */
  String nothing() {
    return "CAST(NULL AS STRUCT<%s>) AS %s"
        .formatted(
            Sql.list(
                spec.columns().entrySet(),
                column -> Sql.name(column.getKey()) + ": " + column.getValue().sql()),
            Sql.name(spec.name()));
  }

  /** Some keys that are there more than once, in the order of the key, and how often. */
  public String repeatedKeys() {
    String key = Sql.names(spec.key().keySet());
    String complete =
        spec.key().keySet().stream()
            .map(column -> Sql.name(column) + " IS NOT NULL")
            .collect(Collectors.joining(" AND "));
    return "SELECT %1$s, count(*) AS rows__ FROM %2$s WHERE %3$s GROUP BY %1$s HAVING count(*) > 1 ORDER BY %1$s LIMIT 3"
        .formatted(key, dimension(), complete);
  }
}
