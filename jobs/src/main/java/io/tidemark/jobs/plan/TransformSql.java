package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.FlattenSpec;
import io.tidemark.jobs.spec.LookupSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A transform as SQL. Rows first pass the declared SQL, then the duplicates are dropped. */
public final class TransformSql {
  private final TransformSpec spec;

  public TransformSql(TransformSpec spec) {
    this.spec = spec;
  }

  /**
   * The view {@code input} that the declared SQL selects from, over the view {@code raw} and those
   * of the {@link #lookups}.
   */
  public String input() {
    StringBuilder joins = new StringBuilder();
    lookups().forEach(lookup -> joins.append("\n").append(lookup.join()));
    return input(
            lookup -> new LookupSql(lookup).view() + "." + Sql.name(lookup.name()),
            "nullif(concat_ws('; ', %s), '')"
                .formatted(
                    Sql.list(
                        lookups().stream().filter(lookup -> lookup.spec().holdsBack()).toList(),
                        LookupSql::unknown)))
        + joins;
  }

  /**
   * Of the rows of the view {@code raw} how many are looked up, and how many of those find
   * something: two columns for each of the {@link #lookups}, in their order.
   */
  public String lookupCounts() {
    List<String> counts = new ArrayList<>();
    StringBuilder joins = new StringBuilder();
    for (LookupSql lookup : lookups()) {
      counts.add("count_if(" + lookup.isAsked() + ")");
      counts.add("count(" + lookup.view() + "." + Sql.name(lookup.spec().name()) + ")");
      joins.append("\n").append(lookup.join());
    }
    return "SELECT " + String.join(", ", counts) + " FROM raw" + joins;
  }

  /** The same columns where nothing is looked up: in this, rows stand for themselves. */
  public String inputWithoutLookups() {
    return input(lookup -> new LookupSql(lookup).nothing(), "CAST(NULL AS STRING)");
  }

  private String input(Function<LookupSpec, String> column, String unknownKeys) {
    StringBuilder columns = new StringBuilder("raw.*, struct(");
    columns.append(Sql.names(SystemColumns.CARRIED));
    if (spec.holdsBack()) {
      columns.append(", ").append(unknownKeys).append(" AS ").append(SystemColumns.UNKNOWN_KEYS);
    }
    columns.append(") AS source");
    spec.lookups().forEach(lookup -> columns.append(", ").append(column.apply(lookup)));
    return "SELECT " + columns + " FROM raw";
  }

  /** The dimensions that rows are looked up in. */
  public List<LookupSql> lookups() {
    return spec.lookups().stream().map(LookupSql::new).toList();
  }

  /** The job's name, for messages. */
  public String name() {
    return spec.name();
  }

  /** What makes rows of an array; {@code null} where nothing does. */
  public FlattenSpec flatten() {
    return spec.flatten();
  }

  /**
   * The rows of a view with one for each element of the array.
   *
   * @param columns the view's
   * @param fields those of an element; empty where it is no struct
   */
  public String flattened(String view, List<String> columns, List<String> fields) {
    FlattenSpec flatten = spec.flatten();
    return "SELECT %s FROM %s LATERAL VIEW %sposexplode(%s) elements__ AS place__, element__"
        .formatted(
            flattened(columns, fields, "place__", "element__"),
            view,
            flatten.empty() == FlattenSpec.Empty.KEEP ? "OUTER " : "",
            Sql.name(flatten.column()));
  }

  /** The same columns of a view without rows, from which each can be followed to its origin. */
  public String flattenedWithoutRows(String view, List<String> columns, List<String> fields) {
    String element = "get(" + Sql.name(spec.flatten().column()) + ", 0)";
    return "SELECT " + flattened(columns, fields, "CAST(0 AS INT)", element) + " FROM " + view;
  }

  private String flattened(
      List<String> columns, List<String> fields, String place, String element) {
    List<String> made = new ArrayList<>();
    for (String column : columns) {
      if (!column.equals(spec.flatten().column())) {
        made.add(Sql.name(column));
        continue;
      }
      made.add(place + " AS " + Sql.name(spec.flatten().index()));
      if (fields.isEmpty()) {
        made.add(element + " AS " + Sql.name(column));
      }
      fields.forEach(field -> made.add(element + "." + Sql.name(field) + " AS " + Sql.name(field)));
    }
    return String.join(", ", made);
  }

  /** The tables read, each with its declared SQL. */
  public List<TransformInput> inputs() {
    return spec.inputs();
  }

  /** Whether a row that was written may be taken back, by a row of the same columns. */
  public boolean takesBack() {
    return spec.takesBack();
  }

  /** Whether another row may come in place of one that was written. */
  public boolean replaces() {
    return spec.replaces();
  }

  /** Whether a row may have to be written anew. */
  public boolean corrects() {
    return spec.corrects();
  }

  /** Whether rows are held back whose keys a dimension does not have. */
  public boolean holdsBack() {
    return spec.holdsBack();
  }

  /** Whether duplicates are dropped at all. */
  public boolean dedupes() {
    return !spec.dedupeKey().isEmpty();
  }

  /** What identifies a row within its business day, the day included. */
  public List<String> key() {
    List<String> key = new ArrayList<>(List.of(SystemColumns.DT));
    spec.dedupeKey().stream().filter(column -> !key.contains(column)).forEach(key::add);
    return key;
  }

  /**
   * Of the rows of a view that share a key, the one that is kept. A key with a NULL in it
   * identifies nothing: such rows are all kept.
   */
  public String firstReceived(String view) {
    return """
        SELECT * EXCEPT (received__) FROM (
          SELECT *, row_number() OVER (PARTITION BY %s ORDER BY %s) AS received__ FROM %s)
        WHERE received__ = 1 OR %s"""
        .formatted(Sql.names(key()), order(), view, keyHasNull());
  }

  /**
   * The same for a micro-batch, the view {@code rows}: only rows whose key may be there twice are
   * sorted, and they are found by a hash of the key, which is narrower than any key.
   */
  public String firstOfMicroBatch() {
    String hash = hash();
    return """
        WITH hashed AS (SELECT *, %1$s AS hash__ FROM rows),
        repeated AS (SELECT hash__ FROM hashed GROUP BY hash__ HAVING COUNT(*) > 1),
        suspect AS (SELECT /*+ BROADCAST(repeated) */ hashed.* FROM hashed
          LEFT SEMI JOIN repeated ON hashed.hash__ = repeated.hash__)
        SELECT /*+ BROADCAST(repeated) */ hashed.* EXCEPT (hash__) FROM hashed
          LEFT ANTI JOIN repeated ON hashed.hash__ = repeated.hash__
        UNION ALL
        SELECT * EXCEPT (hash__) FROM (%2$s)"""
        .formatted(hash, firstReceived("suspect"));
  }

  /**
   * The rows of the view {@code firsts}, taken from {@code rows}, whose key is not in the view
   * {@code kept}, the table so far. The table's day is read once against a broadcast of hashes of
   * the micro-batch's keys, without a shuffle.
   */
  public String unseen() {
    return """
        SELECT /*+ BROADCAST(known) */ firsts.* FROM firsts LEFT ANTI JOIN (
          SELECT /*+ BROADCAST(now) */ %1$s FROM kept
          LEFT SEMI JOIN (SELECT DISTINCT %2$s AS hash__ FROM rows) now ON %2$s = now.hash__) known
        ON %3$s"""
        .formatted(Sql.names(key()), hash(), equal("firsts", "known"));
  }

  /**
   * Of the view {@code kept}, the table so far, the rows whose key a micro-batch has, the view
   * {@code rows}; those among them that take back others, too.
   */
  public String looked() {
    return """
        SELECT /*+ BROADCAST(now) */ kept.* FROM kept
        LEFT SEMI JOIN (SELECT DISTINCT %1$s AS hash__ FROM rows) now ON %1$s = now.hash__"""
        .formatted(hash());
  }

  /**
   * The rows of the view {@code firsts} that are kept in place of the row of their key in the view
   * {@code looked}, or that have none there.
   */
  public String earlier() {
    return "SELECT firsts.* FROM firsts LEFT ANTI JOIN looked ON %s AND NOT %s"
        .formatted(equal("firsts", "looked"), precedes("firsts", "looked"));
  }

  /** The rows of {@code looked} in whose place {@link #earlier} has another. */
  public String takenBack() {
    return "SELECT looked.* FROM looked LEFT SEMI JOIN firsts ON %s AND %s"
        .formatted(equal("firsts", "looked"), precedes("firsts", "looked"));
  }

  /**
   * What readers see of a relation in which rows are taken back or held back: neither those nor the
   * rows that take them back. Spark and Trino understand it, once quotes are theirs.
   *
   * @param columns the relation's
   */
  public String shown(String relation, List<String> columns) {
    List<String> shown =
        columns.stream()
            .filter(each -> !each.equals(SystemColumns.REVISION))
            .filter(each -> !each.equals(SystemColumns.UNKNOWN_KEYS))
            .toList();
    return holdsBack()
        ? written(relation, shown) + " AND w.%s IS NULL".formatted(unknownKeys())
        : written(relation, shown);
  }

  /** The rows of a relation that are held back, with the keys that are unknown. */
  public String heldBack(String relation, List<String> columns) {
    return written(
            relation,
            columns.stream().filter(each -> !each.equals(SystemColumns.REVISION)).toList())
        + " AND w.%s IS NOT NULL".formatted(unknownKeys());
  }

  private String written(String relation, List<String> columns) {
    return takesBack()
        ? standing(relation, columns)
        : "SELECT %s FROM %s w WHERE TRUE"
            .formatted(Sql.list(columns, column -> "w." + Sql.name(column)), relation);
  }

  private static String unknownKeys() {
    return Sql.name(SystemColumns.UNKNOWN_KEYS);
  }

  /** The same with the column that says how often a row was written anew. */
  public String standing(String relation, List<String> columns) {
    // A row that was written anew has the place of the one before, and a place has one row.
    List<String> same = new ArrayList<>(corrects() ? List.of(SystemColumns.DT) : key());
    placed(SystemColumns.RECEIVED_FIRST).stream()
        .filter(each -> !same.contains(each))
        .forEach(same::add);
    String revision =
        corrects()
            ? " AND COALESCE(b.%1$s, 0) = COALESCE(w.%1$s, 0)".formatted(SystemColumns.REVISION)
            : "";
    return """
        SELECT %s FROM %s w WHERE NOT COALESCE(w.%s, FALSE) AND NOT EXISTS (
          SELECT 1 FROM %s b WHERE b.%s AND %s%s)"""
        .formatted(
            Sql.list(
                columns.stream().filter(each -> !each.equals(SystemColumns.TAKES_BACK)).toList(),
                column -> "w." + Sql.name(column)),
            relation,
            Sql.name(SystemColumns.TAKES_BACK),
            relation,
            Sql.name(SystemColumns.TAKES_BACK),
            same.stream().map(this::isSame).collect(Collectors.joining(" AND ")),
            revision);
  }

  /** Which row of a key is kept, the first of them; a total order. */
  private String order() {
    if (!spec.latestBy().isEmpty()) {
      return Sql.list(place(), column -> Sql.name(column) + " DESC NULLS LAST");
    }
    return Sql.names(
        placed(
            spec.inputs().size() == 1
                ? SystemColumns.RECEIVE_ORDER
                : SystemColumns.RECEIVED_FIRST));
  }

  /** Whether the row of one view is kept rather than that of another one. */
  private String precedes(String one, String other) {
    return "%s %s %s".formatted(place(one), spec.latestBy().isEmpty() ? "<" : ">", place(other));
  }

  /** The columns by which rows of a key are ordered, where some are taken back. */
  private List<String> place() {
    List<String> columns = new ArrayList<>(spec.latestBy());
    placed(SystemColumns.RECEIVED_FIRST).stream()
        .filter(column -> !columns.contains(column))
        .forEach(columns::add);
    return columns;
  }

  private String place(String view) {
    return "struct(" + Sql.list(place(), column -> view + "." + Sql.name(column)) + ")";
  }

  /** Columns that tell messages apart, as columns that tell the rows that are made of one, too. */
  private List<String> placed(List<String> message) {
    List<String> place = new ArrayList<>(message);
    if (spec.flatten() != null) {
      place.add(spec.flatten().index());
    }
    return place;
  }

  /** A row that was kept for an empty array has no index, and is itself all the same. */
  private String isSame(String column) {
    boolean maybeNull = spec.flatten() != null && column.equals(spec.flatten().index());
    return "b.%2$s %1$s w.%2$s"
        .formatted(maybeNull ? "IS NOT DISTINCT FROM" : "=", Sql.name(column));
  }

  private String hash() {
    return "xxhash64(" + Sql.names(key()) + ")";
  }

  private String equal(String left, String right) {
    return key().stream()
        .map(column -> left + "." + Sql.name(column) + " = " + right + "." + Sql.name(column))
        .collect(Collectors.joining(" AND "));
  }

  private String keyHasNull() {
    return key().stream()
        .map(column -> Sql.name(column) + " IS NULL")
        .collect(Collectors.joining(" OR "));
  }
}
