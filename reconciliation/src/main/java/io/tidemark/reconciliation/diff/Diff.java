package io.tidemark.reconciliation.diff;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.plan.Sql;
import io.tidemark.jobs.spec.Closeness;
import io.tidemark.reconciliation.compare.Compared;
import io.tidemark.reconciliation.compare.KeyComparison;
import io.tidemark.reconciliation.plan.RowComparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * Compares any two relations: tables, branches, snapshots, files, tables behind JDBC. Both are only
 * read; the rows that differ go to a new table or file where that is asked for.
 */
public final class Diff {
  private static final String LEFT = "left_side";
  private static final String RIGHT = "right_side";

  /**
   * What is compared.
   *
   * @param left one side, as {@link RelationName} reads it
   * @param right the other
   * @param keys columns that rows are found by on the other side
   * @param columns columns that are compared; empty for all that both sides have
   * @param tolerances column to when two values count as equal
   * @param where condition on the rows of both sides; empty for all
   * @param samples how many rows are shown of each kind of change
   */
  public record Request(
      String left,
      String right,
      List<String> keys,
      List<String> columns,
      Map<String, Closeness> tolerances,
      String where,
      int samples) {}

  private final Lakehouse lake;
  private final RelationReader reader;
  private final Consumer<String> progress;

  /**
   * A comparison in a session of its own.
   *
   * @param root where relative paths of secrets start
   * @param progress is told how far it has come
   */
  public Diff(Lakehouse lake, Path root, Consumer<String> progress) {
    this(lake, root, any -> Optional.empty(), progress);
  }

  /**
   * The same where declared views can be named as of what batches have made.
   *
   * @param batches SQL that reads such a view; nothing for another name
   */
  public Diff(
      Lakehouse lake,
      Path root,
      Function<TableName, Optional<String>> batches,
      Consumer<String> progress) {
    this.lake = lake.newSession();
    this.reader = new RelationReader(this.lake, root, batches);
    this.progress = progress;
  }

  /**
   * Compares, and writes nothing.
   *
   * @throws DiffRefusedException when it cannot be done as asked; names everything that is wrong
   */
  public DiffResult run(Request request) {
    return run(request, Optional.empty());
  }

  /**
   * Compares.
   *
   * @param into where the rows that differ go
   * @throws DiffRefusedException when it cannot be done as asked; names everything that is wrong
   */
  DiffResult run(Request request, Optional<DiffTarget> into) {
    List<Dataset<Row>> opened = new ArrayList<>();
    try {
      return run(request, into, opened);
    } finally {
      opened.forEach(Dataset::unpersist);
    }
  }

  /**
   * Compares.
   *
   * @param opened takes both sides as they were opened, of which copies may be kept
   */
  private DiffResult run(Request request, Optional<DiffTarget> into, List<Dataset<Row>> opened) {
    List<String> problems = new ArrayList<>();
    Dataset<Row> left = open(request.left(), request.where(), opened, problems);
    Dataset<Row> right = open(request.right(), request.where(), opened, problems);
    into.flatMap(target -> target.problem(lake)).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new DiffRefusedException(problems);
    }
    DiffColumns columns = new DiffColumns(left.schema(), right.schema(), request);
    RowComparison comparison = columns.comparison();
    columns.ofLeft(left).createOrReplaceTempView(LEFT);
    columns.ofRight(right).createOrReplaceTempView(RIGHT);
    Map<String, List<String>> onOneSide = DiffColumns.onOneSide(left.schema(), right.schema());
    try (Compared compared =
        new KeyComparison(lake.spark(), progress).compare(comparison, LEFT, RIGHT)) {
      String keys = compared.differing().map(differing -> differing.view()).orElseGet(this::noKeys);
      Dataset<Row> changes =
          lake.spark()
              .sql(comparison.changes(keys, LEFT, RIGHT))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        DiffResult result = result(request, compared, changes, onOneSide);
        into.ifPresent(target -> target.write(lake, changes));
        return result;
      } finally {
        changes.unpersist();
      }
    }
  }

  private String noKeys() {
    lake.spark().sql("SELECT * FROM " + LEFT + " WHERE FALSE").createOrReplaceTempView("no_keys");
    return "no_keys";
  }

  private DiffResult result(
      Request request,
      Compared compared,
      Dataset<Row> changes,
      Map<String, List<String>> onOneSide) {
    Map<String, Long> counts = new LinkedHashMap<>();
    List<Row> samples = new ArrayList<>();
    changes
        .groupBy("change")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    Map<String, Long> byColumn = new LinkedHashMap<>();
    if (counts.containsKey(RowComparison.CHANGED)) {
      changes
          .select(functions.explode(functions.col("changed_columns")).as("name"))
          .groupBy("name")
          .count()
          .orderBy(functions.desc("count"), functions.col("name"))
          .collectAsList()
          .forEach(row -> byColumn.put(row.getString(0), row.getLong(1)));
    }
    for (String change : counts.keySet().stream().sorted().toList()) {
      samples.addAll(
          changes
              .where(functions.col("change").equalTo(change))
              .orderBy(
                  request.keys().stream()
                      .map(key -> functions.col(Sql.name(key)))
                      .toArray(Column[]::new))
              .limit(request.samples())
              .collectAsList());
    }
    return new DiffResult(
        compared.leftRows(),
        compared.rightRows(),
        counts.getOrDefault(RowComparison.INSERTED, 0L),
        counts.getOrDefault(RowComparison.DELETED, 0L),
        counts.getOrDefault(RowComparison.CHANGED, 0L),
        byColumn,
        onOneSide,
        List.of(changes.columns()),
        samples);
  }

  /** Of a side that is filtered, the whole of it is what may be kept. */
  private Dataset<Row> open(
      String side, String where, List<Dataset<Row>> opened, List<String> problems) {
    try {
      Dataset<Row> read = reader.read(RelationName.parse(side));
      opened.add(read);
      return where.isEmpty() ? read : filtered(read, side, where);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  private static Dataset<Row> filtered(Dataset<Row> rows, String side, String where) {
    try {
      return rows.where(where);
    } catch (Exception e) {
      // Checked in Scala, and so not declared.
      throw new IllegalArgumentException(
          "--where is no condition on the rows of %s: %s"
              .formatted(side, RelationReader.firstLine(e)),
          e);
    }
  }
}
