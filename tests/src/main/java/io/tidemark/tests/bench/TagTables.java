package io.tidemark.tests.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.StagedFiles;
import io.tidemark.catalog.commit.StagedFiles.Layout;
import io.tidemark.catalog.publish.PublishRecord;
import io.tidemark.catalog.publish.PublishRecord.Action;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tags.spec.TagTable.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.types.StructType;

/**
 * What the sides read: a row per user and active day, and a row per user with five tags of 5 to
 * 2,000 values, most users in few of them. One user in a hundred has no tags, and as many tag rows
 * are of nobody who was ever active.
 *
 * @param lake where the tables are
 * @param users who they are of
 * @param firstDay the first of the days
 */
record TagTables(Lakehouse lake, TagUsers users, LocalDate firstDay) {
  static final TableName DAILY = TableName.parse("dws.bench_user_1d");
  static final TableName TAGS = TableName.parse("dim.bench_tag");

  /** How many values each tag has; the tags are called so, with a t before. */
  static final List<Integer> SIZES = List.of(5, 8, 35, 300, 2000);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DAYS_OF_TASK = 15;
  private static final StructType MADE =
      StructType.fromDDL(
          "user_id BIGINT, pv BIGINT, read_seconds BIGINT, ad_views BIGINT, cents BIGINT, day INT");

  /** The day that so many days are before. */
  LocalDate day(int number) {
    return firstDay.plusDays(number);
  }

  LocalDate lastDay() {
    return day(users.days() - 1);
  }

  /** The daily rows of some days, by their numbers. */
  Dataset<Row> daily(int first, int last) {
    List<Integer> parts = new ArrayList<>();
    for (int day = first; day <= last; day += DAYS_OF_TASK) {
      parts.add(day);
    }
    TagUsers own = users;
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(lake.spark().sparkContext())
            .parallelize(parts, parts.size())
            .flatMap(part -> own.rows(part, Math.min(last, part + DAYS_OF_TASK - 1)));
    return lake.spark()
        .createDataFrame(rows, MADE)
        .selectExpr(
            "user_id",
            "pv",
            "read_seconds",
            "ad_views",
            "CAST(cents * 0.01BD AS DECIMAL(12,2)) AS ad_revenue",
            "date_add(DATE'" + firstDay + "', day) AS dt");
  }

  /** The tag rows. */
  Dataset<Row> tags() {
    String columns =
        SIZES.stream()
            .map(
                size ->
                    ("concat('v', CAST(floor(%d * pow(pmod(xxhash64(id, %dL, %1$d), 1000003) / 1000003D,"
                            + " 2.5D)) AS INT)) AS t%1$d")
                        .formatted(size, users.seed()))
            .collect(Collectors.joining(", "));
    return lake.spark()
        .sql(
            """
            SELECT CASE WHEN id < @users THEN @id ELSE @users - id - 1 END AS user_id, @columns
            FROM range(0, @users + @users DIV 100, 1, 4)
            WHERE pmod(xxhash64(id, @seedL, 'none'), 100) > 0"""
                .replace("@users", users.count() + "L")
                .replace("@id", TagUsers.ID)
                .replace("@columns", columns)
                .replace("@seed", "" + users.seed()));
  }

  /** Makes both tables, and publishes the first days. */
  void write(int published) {
    lake.ensure(
        DAILY,
        StructType.fromDDL(
            "dt DATE, user_id BIGINT, pv BIGINT, read_seconds BIGINT, ad_views BIGINT,"
                + " ad_revenue DECIMAL(12,2)"),
        Map.of());
    try {
      tags().writeTo(lake.identifier(TAGS)).using("iceberg").create();
    } catch (TableAlreadyExistsException e) {
      throw new IllegalStateException(e);
    }
    publish(0, published - 1);
  }

  /** Publishes days, as their job would have. */
  void publish(int first, int last) {
    Table table = lake.load(DAILY);
    Map<Integer, List<DataFile>> files =
        StagedFiles.write(table, daily(first, last), Layout.AS_THEY_COME).files().stream()
            .collect(Collectors.groupingBy(file -> file.partition().get(0, Integer.class)));
    Transaction all = table.newTransaction();
    for (int number = first; number <= last; number++) {
      String day = day(number).toString();
      List<DataFile> own = files.getOrDefault((int) day(number).toEpochDay(), List.of());
      long rows = own.stream().mapToLong(DataFile::recordCount).sum();
      PublishRecord record =
          new PublishRecord(Action.PUBLISH, "dws_bench", day, day, 0, own.size(), rows, "");
      OverwriteFiles overwrite = all.newOverwrite();
      own.forEach(overwrite::addFile);
      try {
        overwrite.set(PublishRecord.PROPERTY, JSON.writeValueAsString(record));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
      overwrite.commit();
    }
    // A snapshot a day, and one commit of them all.
    all.commitTransaction();
  }

  /** Rows of daily tables. */
  long userDays() {
    return files(lake.load(DAILY)).stream().mapToLong(DataFile::recordCount).sum();
  }

  /** A history of so many days, with the dimension sets of all questions. */
  HistorySpec history(int days, HistoryLayout layout) {
    Map<String, MetricType> metrics = new LinkedHashMap<>();
    metrics.put("pv", MetricType.INTEGER);
    metrics.put("read_seconds", MetricType.INTEGER);
    metrics.put("ad_views", MetricType.INTEGER);
    metrics.put("ad_revenue", MetricType.decimal(12, 2));
    Map<String, Tag> tags = new LinkedHashMap<>();
    Map<String, List<String>> sets = new LinkedHashMap<>();
    for (int size : SIZES) {
      tags.put("t" + size, new Tag(ColumnType.parse("string"), false));
      sets.put("t" + size, List.of("t" + size));
    }
    sets.put("t35_t300", List.of("t35", "t300"));
    sets.put("t300_t2000", List.of("t300", "t2000"));
    return new HistorySpec(
        "bench",
        "",
        "",
        "user_id",
        UserType.BIGINT,
        days,
        Map.of(DAILY, metrics),
        new TagTable(TAGS, "", tags),
        sets,
        List.of(),
        List.of(),
        TableName.parse("dws.bench"),
        layout);
  }

  /** Bytes of a table's data files. */
  static long bytes(Table table) {
    return files(table).stream().mapToLong(DataFile::fileSizeInBytes).sum();
  }

  /** The data files of a table as it is. */
  static List<DataFile> files(Table table) {
    table.refresh();
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of " + table.name(), e);
    }
    return files;
  }
}
