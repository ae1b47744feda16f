package io.tidemark.tags.build;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.plan.BuildRecord;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.table.Builds;
import io.tidemark.tags.table.Builds.Build;
import io.tidemark.tags.table.HistoryColumns;
import io.tidemark.tags.table.HistoryTables;
import io.tidemark.tags.table.PieceFiles;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Compares what a history is stored as: the blocks with the users' pieces, and, where asked for,
 * the view of one row per user with the published days. Both sides are counted and hashed.
 */
public final class HistoryCheck {
  private static final String ROWS = "rows";
  private static final String HASH = "hash";
  private static final String[] PIECE = {
    HistoryColumns.BUCKET, HistoryColumns.LEVEL, HistoryColumns.FIRST_DAY
  };

  private final Lakehouse lake;
  private final HistorySpec spec;
  private final HistoryTables tables;

  public HistoryCheck(Lakehouse lake, HistorySpec spec) {
    this.lake = lake;
    this.spec = spec;
    this.tables = new HistoryTables(lake, spec);
  }

  /**
   * What was found.
   *
   * @param build number of the build; 0 before the first
   * @param compared how many pieces, or days, were compared
   * @param differences a line for each that differs
   */
  public record Result(long build, long compared, List<String> differences) {
    public Result {
      differences = List.copyOf(differences);
    }
  }

  /** Compares blocks and users' pieces. */
  public Result pieces() {
    Optional<Build> build = build();
    if (build.isEmpty()) {
      return new Result(0, 0, List.of());
    }
    BuildRecord record = build.get().record();
    Table users = tables.users();
    Optional<Build> shown = Builds.newest(users);
    long number = shown.map(each -> each.record().number()).orElse(0L);
    if (number != record.number()) {
      return new Result(
          record.number(),
          0,
          List.of(
              "the users' pieces are of build %d, the blocks of build %d: it was interrupted. ./tidemark tags build --day %s finishes it"
                  .formatted(number, record.number(), record.day())));
    }
    Optional<Long> directory = Builds.directory(tables.directory(), record);
    if (directory.isEmpty()) {
      return new Result(record.number(), 0, List.of());
    }
    Map<Integer, Set<Piece>> all = PieceFiles.of(tables.blocks(), build).all();
    Dataset<Row> blocks =
        counted(new UserPieces(lake, spec).of(build.get().snapshot(), directory.get(), all));
    Dataset<Row> pieces =
        counted(
            lake.readAsOf(spec.usersTable(), shown.get().snapshot())
                .withColumn(HistoryColumns.BUCKET, bucket()));
    Result compared = result(record.number(), blocks, pieces, PIECE, "blocks", "users' pieces");
    List<String> differences = new ArrayList<>(compared.differences());
    ambiguous(directory.get()).ifPresent(differences::add);
    return new Result(record.number(), compared.compared(), differences);
  }

  /** Two users of one number, or two numbers of one user, would mix their days up. */
  private Optional<String> ambiguous(long directory) {
    Row counts =
        lake.readAsOf(spec.directoryTable(), directory)
            .agg(
                count(lit(1)),
                countDistinct(HistoryColumns.BUCKET, HistoryColumns.NUMBER),
                countDistinct(col(HistoryColumns.USER_ID)))
            .head();
    long users = counts.getLong(0);
    return users == counts.getLong(1) && users == counts.getLong(2)
        ? Optional.empty()
        : Optional.of(
            "%s: %,d rows, %,d numbers, %,d users"
                .formatted(spec.directoryTable(), users, counts.getLong(1), counts.getLong(2)));
  }

  /** Compares the view with the published days. */
  public Result days() {
    Optional<Build> build = build();
    if (build.isEmpty()) {
      return new Result(0, 0, List.of());
    }
    InputDays inputs = new InputDays(lake, spec);
    TreeSet<LocalDate> published = new TreeSet<>(inputs.published().keySet());
    published.removeIf(
        day ->
            day.isAfter(build.get().record().date())
                || !day.isAfter(build.get().record().date().minusDays(spec.days())));
    List<Column> values = new ArrayList<>();
    spec.metrics()
        .forEach(
            (metric, type) ->
                values.add(
                    functions.max(col(metric).cast(HistoryColumns.metricType(type))).as(metric)));
    Dataset<Row> rows =
        inputs
            .read(published, new TreeSet<>(), OptionalInt.empty())
            .groupBy(HistoryColumns.USER_ID, SystemColumns.DT)
            .agg(values.get(0), values.subList(1, values.size()).toArray(Column[]::new));
    String metrics = String.join("`, `", spec.metrics().keySet());
    Dataset<Row> history =
        lake.spark()
            .table(lake.identifier(spec.view()))
            .withColumn("each", expr("explode(arrays_zip(days, `%s`))".formatted(metrics)))
            .selectExpr(HistoryColumns.USER_ID, "each.days AS dt", "each.*")
            .drop(HistoryColumns.DAYS);
    return result(
        build.get().record().number(),
        byDay(history),
        byDay(rows),
        new String[] {SystemColumns.DT},
        "the history",
        "the published rows");
  }

  private Optional<Build> build() {
    return tables.exist() ? Builds.newest(tables.blocks()) : Optional.empty();
  }

  private Column bucket() {
    return expr(
        "`%s`.system.bucket(%d, %s)"
            .formatted(
                lake.environment().catalog().name(),
                spec.layout().buckets(),
                HistoryColumns.USER_ID));
  }

  private Dataset<Row> counted(Dataset<Row> users) {
    List<Column> hashed = new ArrayList<>();
    hashed.add(col(HistoryColumns.USER_ID));
    hashed.add(col(HistoryColumns.LAST_DAY));
    hashed.add(col(HistoryColumns.DAYS));
    hashed.add(col(HistoryColumns.REMOVED));
    spec.metrics().keySet().forEach(metric -> hashed.add(col(metric)));
    return users
        .groupBy(PIECE[0], PIECE[1], PIECE[2])
        .agg(
            sum(size(col(HistoryColumns.DAYS)).plus(size(col(HistoryColumns.REMOVED)))).as(ROWS),
            bit_xor(xxhash64(hashed.toArray(Column[]::new))).as(HASH));
  }

  private Dataset<Row> byDay(Dataset<Row> rows) {
    List<Column> hashed = new ArrayList<>();
    hashed.add(col(HistoryColumns.USER_ID));
    spec.metrics().keySet().forEach(metric -> hashed.add(col(metric)));
    return rows.groupBy(SystemColumns.DT)
        .agg(count(lit(1)).as(ROWS), bit_xor(xxhash64(hashed.toArray(Column[]::new))).as(HASH));
  }

  private static Result result(
      long build, Dataset<Row> left, Dataset<Row> right, String[] keys, String one, String two) {
    Map<String, Row> ofRight = byKey(right, keys);
    Map<String, Row> ofLeft = byKey(left, keys);
    Set<String> all = new TreeSet<>(ofLeft.keySet());
    all.addAll(ofRight.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : all) {
      long leftRows = rows(ofLeft.get(key));
      long rightRows = rows(ofRight.get(key));
      if (leftRows != rightRows) {
        differences.add(
            "%s: %s %,d user-days, %s %,d".formatted(key, one, leftRows, two, rightRows));
      } else if (!ofLeft.get(key).getAs(HASH).equals(ofRight.get(key).getAs(HASH))) {
        differences.add(
            "%s: %s and %s have as many user-days, %,d, and other values"
                .formatted(key, one, two, leftRows));
      }
    }
    return new Result(build, all.size(), differences);
  }

  private static long rows(Row row) {
    return row == null ? 0 : row.getAs(ROWS);
  }

  private static Map<String, Row> byKey(Dataset<Row> rows, String[] keys) {
    Map<String, Row> byKey = new TreeMap<>();
    for (Row row : rows.collectAsList()) {
      List<String> words = new ArrayList<>();
      for (String key : keys) {
        words.add(keys.length == 1 ? row.getAs(key).toString() : key + " " + row.getAs(key));
      }
      byKey.put(String.join(", ", words), row);
    }
    return byKey;
  }
}
