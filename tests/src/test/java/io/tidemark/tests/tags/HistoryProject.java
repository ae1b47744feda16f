package io.tidemark.tests.tags;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.tags.build.BuildResult;
import io.tidemark.tags.build.HistoryBuild;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import io.tidemark.tags.spec.TagTable;
import io.tidemark.tests.lakehouse.Interpreted;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.servers.Rendered;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Two daily tables, a history of both, and what it has to show: computed from the rows as they were
 * published, by maps.
 */
final class HistoryProject {
  static final TableName READING = new TableName("dws", "reading_user_1d");
  static final TableName ORDER = new TableName("dws", "order_user_1d");

  final Lakehouse lake;
  final HistorySpec spec;
  private final PublishedDays readings;
  private final PublishedDays orders;
  private final SortedMap<LocalDate, SortedMap<String, Long>> pv = new TreeMap<>();
  private final SortedMap<LocalDate, SortedMap<String, BigDecimal>> paid = new TreeMap<>();

  /** A project in a folder of its own. */
  HistoryProject(Path folder, String name, int days, HistoryLayout layout) {
    lake = open(folder);
    spec = spec(name, days, layout);
    readings = new PublishedDays(lake, READING, "user_id STRING, row_count BIGINT, pv BIGINT");
    orders = new PublishedDays(lake, ORDER, "user_id STRING, paid DECIMAL(28,4), score DOUBLE");
  }

  static Lakehouse open(Path folder) {
    Map<String, String> settings = new TreeMap<>(Interpreted.settings());
    // Two tasks, whose parts have to be brought together.
    settings.put("spark.spark.sql.shuffle.partitions", "2");
    settings.put("catalog.warehouse", folder.resolve("warehouse").toString());
    return Lakehouse.open(Declarations.read(Repository.conf(), "local", settings).environment());
  }

  static HistorySpec spec(String name, int days, HistoryLayout layout) {
    Map<TableName, Map<String, MetricType>> inputs = new LinkedHashMap<>();
    inputs.put(READING, Map.of("pv", MetricType.INTEGER));
    Map<String, MetricType> ofOrders = new LinkedHashMap<>();
    ofOrders.put("paid", MetricType.decimal(20, 4));
    ofOrders.put("score", MetricType.DOUBLE);
    inputs.put(ORDER, ofOrders);
    return new HistorySpec(
        name,
        "",
        "",
        "user_id",
        UserType.STRING,
        days,
        inputs,
        new TagTable(
            new TableName("dim", "user_tag"),
            "",
            Map.of("city", new TagTable.Tag(ColumnType.parse("string"), false))),
        Map.of("city", List.of("city")),
        List.of(),
        List.of(),
        new TableName("dws", name),
        layout);
  }

  /** Publishes a day of both tables; users are named by their numbers. */
  void publish(LocalDate day, Map<Integer, Long> views, Map<Integer, BigDecimal> sums) {
    List<Row> rows = new ArrayList<>();
    SortedMap<String, Long> ofDay = new TreeMap<>();
    views.forEach(
        (user, value) -> {
          rows.add(RowFactory.create(day, "u" + user, 1L, value));
          ofDay.put("u" + user, value);
        });
    rows.add(RowFactory.create(day, null, 5L, 5L));
    readings.publish(
        day,
        lake.spark()
            .createDataFrame(
                rows, StructType.fromDDL("dt DATE, user_id STRING, row_count BIGINT, pv BIGINT")));
    pv.put(day, ofDay);
    publishOrders(day, sums);
  }

  private void publishOrders(LocalDate day, Map<Integer, BigDecimal> sums) {
    List<Row> rows = new ArrayList<>();
    SortedMap<String, BigDecimal> ofDay = new TreeMap<>();
    sums.forEach(
        (user, value) -> {
          rows.add(RowFactory.create(day, "u" + user, value, value.doubleValue()));
          ofDay.put("u" + user, value.setScale(4));
        });
    orders.publish(
        day,
        lake.spark()
            .createDataFrame(
                rows,
                StructType.fromDDL("dt DATE, user_id STRING, paid DECIMAL(28,4), score DOUBLE")));
    paid.put(day, ofDay);
  }

  /** Takes a day of one table back. */
  void undo(LocalDate day) {
    orders.undo(day);
    paid.remove(day);
  }

  /** Whether both tables have published a day. */
  boolean isPublished(LocalDate day) {
    return paid.containsKey(day);
  }

  BuildResult build(LocalDate day) {
    return build(day, Mode.DAY, line -> {});
  }

  BuildResult build(LocalDate day, Mode mode, Consumer<String> progress) {
    OptionalInt bucket = mode == Mode.BUCKET ? OptionalInt.of(1) : OptionalInt.empty();
    return new HistoryBuild(lake, spec, progress).run(new Request(mode, day, bucket));
  }

  /** The view's rows, as text. */
  List<String> view() {
    return view(spec);
  }

  /** What the view shows of a history of the same days that is made anew, beside this one. */
  List<String> madeAnew(LocalDate day) {
    HistorySpec anew = spec(spec.name() + "_anew", spec.days(), spec.layout());
    new HistoryBuild(lake, anew, line -> {}).run(new Request(Mode.ALL, day, OptionalInt.empty()));
    return view(anew);
  }

  private List<String> view(HistorySpec shown) {
    return rows("SELECT * FROM " + lake.identifier(shown.view()) + " ORDER BY user_id");
  }

  List<String> rows(String sql) {
    return lake.spark().sql(sql).collectAsList().stream().map(Rendered::row).toList();
  }

  /** Data files of the history's tables that no snapshot of them has. */
  List<String> unnamedFiles() throws IOException {
    List<String> unnamed = new ArrayList<>();
    for (TableName table : List.of(spec.directoryTable(), spec.blocksTable(), spec.usersTable())) {
      String name = lake.identifier(table);
      List<String> named =
          lake
              .spark()
              .sql("SELECT file_path FROM " + name + ".all_data_files")
              .collectAsList()
              .stream()
              .map(row -> row.getString(0).replaceAll(".*/", ""))
              .toList();
      Path folder = Path.of(URI.create(lake.load(table).location()).getPath());
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".parquet") && !named.contains(file))
            .forEach(file -> unnamed.add(table + " " + file));
      }
    }
    return unnamed;
  }

  /**
   * What the view has to show.
   *
   * @param latest the newest day of the history; {@code null} when no day is published
   */
  List<String> expected(LocalDate latest) {
    if (latest == null) {
      return List.of();
    }
    SortedMap<String, List<List<Object>>> users = new TreeMap<>();
    for (LocalDate day = latest.minusDays(spec.days() - 1L);
        !day.isAfter(latest);
        day = day.plusDays(1)) {
      if (pv.containsKey(day) && paid.containsKey(day)) {
        add(users, day);
      }
    }
    List<String> rows = new ArrayList<>();
    users.forEach(
        (user, columns) ->
            rows.add(
                Rendered.row(
                    RowFactory.create(
                        user,
                        seq(columns.get(0)),
                        seq(columns.get(1)),
                        seq(columns.get(2)),
                        seq(columns.get(3))))));
    return rows;
  }

  private void add(SortedMap<String, List<List<Object>>> users, LocalDate day) {
    TreeMap<String, Object> ofDay = new TreeMap<>();
    ofDay.putAll(pv.get(day));
    ofDay.putAll(paid.get(day));
    for (String user : ofDay.keySet()) {
      List<List<Object>> columns =
          users.computeIfAbsent(
              user,
              each ->
                  List.of(
                      new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
      BigDecimal sum = paid.get(day).get(user);
      columns.get(0).add(day);
      columns.get(1).add(pv.get(day).get(user));
      columns.get(2).add(sum);
      columns.get(3).add(sum == null ? null : sum.doubleValue());
    }
  }

  private static scala.collection.Seq<Object> seq(List<Object> values) {
    return scala.jdk.javaapi.CollectionConverters.asScala(values).toSeq();
  }
}
