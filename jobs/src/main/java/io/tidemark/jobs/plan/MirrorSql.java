package io.tidemark.jobs.plan;

import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.MirrorSpec.Delete;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.jobs.spec.SystemColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mirror as SQL, three times from the same declaration: the latest rows that the batch computes,
 * the changes that a micro-batch adds, and the table as it is read.
 *
 * <p>A change that does not carry all columns (a value stored apart, a minimal row image; for a
 * soft delete every delete) leaves the missing ones as they were. Which change that is can only be
 * told when all are there, in whatever order they came; so the table keeps changes, not merged
 * rows.
 */
public final class MirrorSql {
  private static final String NEWEST = "newest__";
  private static final String NEWER = "newer__";
  private static final String LOGGED = "logged__";

  /** A value, NULL too, as something that is there: the only item of an array. */
  private static final String BOXED = "array(%s)";

  private static final String BOXED_IN_TRINO = "ARRAY[%s]";

  /** Of a change, how many newer ones left the row in place. */
  private static final String LIVING = "living__";

  private static final String DELETED = ChangeColumns.OPERATION + " = 'delete'";

  /** Newest first: the log's position, the log before the snapshot at it, then as received. */
  private static final String ORDER =
      String.join(
          ", ",
          ChangeColumns.SEGMENT + " DESC",
          ChangeColumns.OFFSET + " DESC",
          ChangeColumns.ROW + " DESC",
          LOGGED + " DESC",
          SystemColumns.INGEST_BATCH + " DESC",
          SystemColumns.TOPIC + " DESC",
          SystemColumns.PARTITION + " DESC",
          SystemColumns.OFFSET + " DESC",
          ChangeColumns.NUMBER + " DESC");

  private final MirrorSpec spec;
  private final IngestSpec source;
  private final Function<String, Set<String>> namesOf;

  /**
   * @param spec the mirror
   * @param source the job that writes what it reads
   * @param namesOf what a column has been called in {@link ChangeColumns#UNCHANGED} before; asked
   *     only for texts in which it counts
   */
  public MirrorSql(MirrorSpec spec, IngestSpec source, Function<String, Set<String>> namesOf) {
    this.spec = spec;
    this.source = source;
    this.namesOf = namesOf;
  }

  /**
   * What a micro-batch, the view {@code input}, adds: of each key the newest change, and older ones
   * as far back as one that carries all columns. Each bucket is in one task.
   */
  public String changes() {
    String changes = byBucket("input");
    return "SELECT %s FROM (%n%s)"
        .formatted(Sql.names(columns()), spec.history() ? changes : needed(changes));
  }

  /**
   * Of the changes in {@code relation}, some of the table's, those that a reader of the table may
   * still need: what {@link #changes} keeps of a micro-batch.
   *
   * @param columns all columns of the table
   */
  public String folded(String relation, List<String> columns) {
    return "SELECT %s FROM (%n%s)"
        .formatted(
            Sql.names(columns),
            spec.history() ? "SELECT * FROM " + relation : needed("SELECT * FROM " + relation));
  }

  /**
   * The latest row of each key of the view {@code input}, all changes there are; of a history, the
   * changes.
   */
  public String batch() {
    if (spec.history()) {
      return changes();
    }
    String rows = latest(byBucket("input"), ChangeColumns.UNCHANGED, BOXED);
    return spec.delete() == Delete.SOFT ? rows : rows + " AND NOT (" + DELETED + ")";
  }

  /** What a reader sees of {@code relation}, a table that holds one or several changes of a key. */
  public String read(String relation) {
    return read(relation, BOXED);
  }

  /** The same in the words of Trino. */
  public String readInTrino(String relation) {
    return read(relation, BOXED_IN_TRINO).replace('`', '"');
  }

  private String read(String relation, String boxed) {
    if (spec.history()) {
      return versions(relation, boxed);
    }
    List<String> shown = new ArrayList<>(declared());
    boolean soft = spec.delete() == Delete.SOFT;
    shown.addAll(soft ? List.of(ChangeColumns.IS_DELETED) : List.of());
    shown.addAll(
        columns().stream()
            .filter(column -> !shown.contains(column) && !isInternal(column))
            .toList());
    return "SELECT %s%nFROM (SELECT *, %s AS %s FROM (%n%s))%s"
        .formatted(
            Sql.names(shown),
            DELETED,
            ChangeColumns.IS_DELETED,
            latest("SELECT * FROM " + relation, "", boxed),
            soft ? "" : "%nWHERE NOT %s".formatted(ChangeColumns.IS_DELETED));
  }

  /**
   * All versions in a history. The version at a time is the last change in the log of those that
   * were committed by then: so one ends when the first of all that follow it in the log was
   * committed, and one that ends before it begins was never valid. That leaves out what is there
   * twice, too.
   */
  private String versions(String relation, String boxed) {
    List<String> shown = new ArrayList<>(declared());
    shown.add(ChangeColumns.VALID_FROM);
    shown.add(ChangeColumns.VALID_TO);
    shown.addAll(
        columns().stream()
            .filter(column -> !shown.contains(column) && !isInternal(column))
            .toList());
    List<String> filled = fillable();
    String values =
        Sql.list(
            shown,
            column ->
                filled.contains(column)
                    ? "element_at(COALESCE(%s, %s), 1) AS %s"
                        .formatted(
                            known(column), boxed.formatted(Sql.name(column)), Sql.name(column))
                    : Sql.name(column));
    String known =
        filled.stream()
            .map(
                column ->
                    ", FIRST_VALUE(CASE WHEN %s OR %s THEN %s END) IGNORE NULLS OVER (PARTITION BY"
                            .formatted(DELETED, knows(column), boxed.formatted(living(column)))
                        + " %s ORDER BY %s ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS %s"
                            .formatted(partition(), ORDER, known(column)))
            .collect(Collectors.joining("\n"));
    return """
        SELECT %1$s FROM (
        SELECT *, %2$s AS %3$s,
          MIN(%2$s) OVER (PARTITION BY %4$s ORDER BY %5$s
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS %6$s%7$s
        FROM (SELECT *, %8$s <> 'snapshot' AS %9$s FROM %10$s) changes__)
        WHERE NOT (%11$s) AND (%6$s IS NULL OR %3$s < %6$s)"""
        .formatted(
            values,
            SystemColumns.EVENT_TIME,
            ChangeColumns.VALID_FROM,
            partition(),
            ORDER,
            ChangeColumns.VALID_TO,
            known,
            ChangeColumns.OPERATION,
            LOGGED,
            relation,
            DELETED);
  }

  /** The table's columns. */
  public List<String> columns() {
    List<String> columns = new ArrayList<>(List.of(ChangeColumns.BUCKET));
    columns.addAll(declared());
    columns.addAll(ChangeColumns.TYPES.keySet());
    columns.addAll(SystemColumns.CARRIED);
    return columns;
  }

  private static boolean isInternal(String column) {
    return column.equals(ChangeColumns.BUCKET) || column.equals(ChangeColumns.UNCHANGED);
  }

  private List<String> declared() {
    return source.columns().stream().map(ColumnSpec::name).toList();
  }

  private List<String> key() {
    return source.payload().key();
  }

  /**
   * The changes of a key. The key comes first, because Spark sorts fastest by a first column that
   * tells rows apart.
   */
  private String partition() {
    return Sql.names(key()) + ", " + ChangeColumns.BUCKET;
  }

  /** Rows with their bucket; by text, so that a key may be widened and stays where it is. */
  private String byBucket(String view) {
    String texts = Sql.list(key(), column -> "CAST(" + Sql.name(column) + " AS STRING)");
    return "SELECT *, CAST(pmod(xxhash64(%s), %d) AS INT) AS %s FROM %s DISTRIBUTE BY %s"
        .formatted(texts, spec.buckets(), ChangeColumns.BUCKET, view, ChangeColumns.BUCKET);
  }

  /** Of the changes of each key those that a reader needs: the newest, back to one that ends it. */
  private String needed(String changes) {
    String ordered =
        "SELECT *, %s <> 'snapshot' AS %s FROM (%s)"
            .formatted(ChangeColumns.OPERATION, LOGGED, changes);
    String known =
        spec.delete() == Delete.SOFT
            ? "SELECT *, %s AS %s FROM (%s)"
                .formatted(newer("NOT (" + DELETED + ")"), LIVING, ordered)
            : ordered;
    return """
        SELECT * FROM (
        SELECT *, %1$s AS %2$s
        FROM (%3$s))
        WHERE %2$s = 0"""
        .formatted(newer(endsRow()), NEWER, known);
  }

  /** How many newer changes of the same key a condition holds for. */
  private String newer(String condition) {
    return """
        COUNT(CASE WHEN %s THEN 1 END) OVER (PARTITION BY %s ORDER BY %s
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"""
        .formatted(condition, partition(), ORDER);
  }

  /**
   * The newest change of each key, with what it left unchanged filled in.
   *
   * @param cleared a column that is NULL in the result; empty for none
   * @param boxed how {@link #BOXED} is written
   */
  private String latest(String changes, String cleared, String boxed) {
    List<String> filled = fillable();
    String known =
        filled.stream()
            .map(
                column ->
                    ", FIRST_VALUE(CASE WHEN %s THEN %s END) IGNORE NULLS OVER (PARTITION BY"
                            .formatted(knows(column), boxed.formatted(living(column)))
                        + " %s ORDER BY %s ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS %s"
                            .formatted(partition(), ORDER, known(column)))
            .collect(Collectors.joining("\n"));
    String values =
        Sql.list(
            columns(),
            column -> {
              if (column.equals(cleared)) {
                return "CAST(NULL AS STRING) AS " + column;
              }
              return filled.contains(column)
                  ? "element_at(COALESCE(%s, %s), 1) AS %s"
                      .formatted(known(column), boxed.formatted(Sql.name(column)), Sql.name(column))
                  : Sql.name(column);
            });
    return """
        SELECT %1$s FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY %2$s ORDER BY %3$s) AS %4$s%5$s
        FROM (
        %6$s))
        WHERE %4$s = 1"""
        .formatted(values, partition(), ORDER, NEWEST, known, needed(changes));
  }

  private static String known(String column) {
    return Sql.name("known__" + column);
  }

  /** Columns that a newest change may leave open. */
  private List<String> fillable() {
    boolean any = spec.delete() == Delete.SOFT || source.payload().format() != Format.DEBEZIUM_JSON;
    return source.columns().stream()
        .filter(column -> !key().contains(column.name()))
        .filter(
            column ->
                any
                    || column.type().base() == ColumnType.Base.STRING
                    || column.type().base() == ColumnType.Base.DECIMAL)
        .map(ColumnSpec::name)
        .toList();
  }

  /**
   * Whether nothing older can matter once this change is there: it carries all columns, or it is
   * the end of an earlier row of the same key. A soft delete shows the row that it ended, so one
   * that nothing came after ends nothing here; nor does its replay.
   */
  private String endsRow() {
    String carriesAll = ChangeColumns.UNCHANGED + " IS NULL";
    return spec.delete() == Delete.SOFT ? afterDelete(carriesAll) : carriesAll;
  }

  /**
   * Whether a change says what a column's value is. A value that is there does, whatever is left
   * open under the same name: that may be a column which got the name of one that was renamed.
   */
  private String knows(String column) {
    Set<String> names = new TreeSet<>(namesOf.apply(column));
    names.removeIf(name -> !name.matches("\\w+")); // no job writes such a name
    names.add(column);
    String open =
        names.stream()
            .map(
                name ->
                    "position(',%s,' IN concat(',', %s, ',')) > 0"
                        .formatted(name, ChangeColumns.UNCHANGED))
            .collect(Collectors.joining(" OR "));
    String carries =
        "(%s IS NULL OR %s IS NOT NULL OR NOT (%s))"
            .formatted(ChangeColumns.UNCHANGED, Sql.name(column), open);
    return spec.delete() == Delete.SOFT ? afterDelete(carries) : carries;
  }

  private static String afterDelete(String otherwise) {
    return "CASE WHEN %s THEN %s > 0 ELSE %s END".formatted(DELETED, LIVING, otherwise);
  }

  /** A column's value for the row that came after: nothing is left of one that was deleted. */
  private static String living(String column) {
    return "CASE WHEN NOT (%s) THEN %s END".formatted(DELETED, Sql.name(column));
  }
}
