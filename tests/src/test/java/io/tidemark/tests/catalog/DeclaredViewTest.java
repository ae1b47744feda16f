package io.tidemark.tests.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.run.KnownUsers;
import io.tidemark.jobs.spec.ViewSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import io.tidemark.tests.servers.Trino;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Declared views have the same rows, of the same types, in Spark and in Trino. */
@AnyZone
class DeclaredViewTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 1, 20);
  private static final int DAYS = 20;
  private static final String ENVIRONMENT =
      """
      time-zone: %s
      catalog: { type: embedded, name: viewed, warehouse: "%s" }
      checkpoints: "%s"
      kafka: { bootstrap-servers: "localhost:1" }
      spark:
        spark.master: local[2]
        spark.ui.enabled: false
        spark.sql.shuffle.partitions: 2
      """;
  private static final String INGEST =
      """
      job: ods_visit
      topic: visit
      columns:
        channel: string
        user_id: string
        amount: decimal(12,2)
        event_time: { type: timestamp, format: epoch-millis, required: true }
      event-time: { column: event_time }
      output: ods.visit
      """;
  private static final String SUMMARY =
      """
      job: dws_visit_user_1d
      input: ods.visit
      dimensions: [channel, user_id]
      window: 1 day
      lateness: unlimited
      metrics:
        pv: { count: "*" }
        amount: { sum: amount }
        mean: { average: amount }
        first: { min: event_time }
      output: dws.visit_user_1d
      """;
  private static final String RUNNING =
      """
      job: dws_visit_tmin
      input: ods.visit
      dimensions: [channel]
      window: running day
      lateness: unlimited
      metrics:
        pv: { count: "*" }
        amount: { sum: amount }
        mean: { average: amount }
      output: dws.visit_tmin
      """;
  private static final String MINUTES =
      """
      job: dws_visit_user_1min
      input: ods.visit
      dimensions: [channel, user_id]
      window: 1 minute
      lateness: unlimited
      metrics:
        pv: { count: "*" }
        amount: { sum: amount }
        mean: { average: amount }
        amounts: { distinct: amount }
      output: dws.visit_user_1min
      """;
  private static final String ROLLUP =
      """
      view: ads.rolled_by_%s_v
      of: dws.visit_user_1min
      rollup:
        by: [channel]
        each: [user_id]
        window: %s
        metrics:
          keys: { count: "*" }
          users: { distinct: user_id }
          heavy: { distinct: user_id, having: { pv: '>= 3', mean: '> 1.5' } }
          payers: { count: amount }
          amount: { sum: amount, having: { pv: '< 9' } }
          most: { max: amount }
          each_pv: { average: pv }
          mean: { average: mean }
      """;
  private static final String VIEW =
      """
      view: ads.%s_v
      of: dws.visit_user_1d
      %s
      """;

  @Test
  void sparkAndTrinoShowTheSameRows(@TempDir Path folder) throws Exception {
    assumeTrue(Java25.home().isPresent(), Java25.NOT_FOUND);
    SharedServers.prepareTrino();
    LocalLakehouse house = open(folder);
    house.createTables();
    fill(house);
    Seals.seal(
        house.lake().load(TableName.parse("ods.visit")), new Range(FIRST, FIRST.plusDays(DAYS)));
    List<TableName> views = new ArrayList<>();
    for (ViewSpec view : house.jobs().views()) {
      views.add(view.name());
      if (view.name().name().startsWith("users")) {
        new KnownUsers(house.lake(), house.jobs(), house.tables()).roll(view, FIRST.plusDays(12));
        views.add(view.recent());
      }
    }
    assertThat(views).hasSize(13);

    CatalogSettings catalog = house.lake().environment().catalog();
    Trino trino = SharedServers.trino();
    trino.createCatalog(catalog.name(), TrinoProperties.of(catalog));
    for (TableName view : views) {
      String all = "SELECT * FROM " + house.lake().identifier(view);
      List<String> inSpark = spark(house, all);
      assertThat(inSpark).as("%s", view).isNotEmpty();
      assertThat(trino.query(all)).as("%s", view).containsExactlyInAnyOrderElementsOf(inSpark);
    }
    assertThat(spark(house, "SELECT * FROM viewed.ads.users_recent_v"))
        .as("the days behind the known users")
        .hasSize(DAYS - 13)
        .isSubsetOf(spark(house, "SELECT * FROM viewed.ads.users_v"));
  }

  private static LocalLakehouse open(Path home) throws IOException {
    Path conf = home.resolve("conf");
    write(
        conf.resolve("env/local.yml"),
        ENVIRONMENT.formatted(
            ZoneId.systemDefault().getId(),
            home.resolve("warehouse"),
            home.resolve("checkpoints")));
    write(conf.resolve("jobs/ods.yml"), INGEST);
    write(conf.resolve("jobs/dws.yml"), SUMMARY);
    write(conf.resolve("jobs/running.yml"), RUNNING);
    write(conf.resolve("jobs/minutes.yml"), MINUTES);
    for (String window : List.of("1 hour", "1 day")) {
      write(
          conf.resolve("views/rolled_" + window.substring(2) + ".yml"),
          ROLLUP.formatted(window.substring(2), window));
    }
    for (String every : List.of("1 minute", "1 hour")) {
      write(
          conf.resolve("views/curve_" + every.replace(' ', '_') + ".yml"),
          "view: ads.curve_by_%s_v\nof: dws.visit_tmin\ncurve: { every: %s }\n"
              .formatted(every.substring(2), every));
    }
    view(conf, "users", "users: { user: user_id, returning-after: 3 days, known: dws.visit_td }");
    view(
        conf,
        "users_by_channel",
        "users: { user: user_id, by: [channel], returning-after: 2 days, first-seen: first, known: dws.visit_channel_td }");
    view(
        conf,
        "top_month",
        "ranking: { metric: amount, top: 5, rank: [user_id], period: month, ties: dense-rank }");
    view(
        conf,
        "top_week",
        "ranking: { metric: first, top: 3, rank: [user_id], by: [channel], period: week, order: ascending, ties: row-number, tie-break: [user_id] }");
    view(
        conf,
        "top_day",
        "ranking: { metric: mean, top: 2, rank: [user_id, channel], period: day, ties: rank }");
    view(
        conf,
        "top_year",
        "ranking: { metric: pv, top: 2, rank: [channel], period: year, ties: rank }");
    view(
        conf,
        "app",
        "rollup: { metrics: { visitors: { count: user_id }, first: { min: first }, best: { max: mean } } }");
    return LocalLakehouse.open(conf, "local");
  }

  private static void view(Path conf, String name, String shape) throws IOException {
    write(conf.resolve("views/" + name + ".yml"), VIEW.formatted(name, shape));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Several rows to some keys, NULL keys and values among them. */
  private static void fill(LocalLakehouse house) {
    house
        .lake()
        .spark()
        .sql(
            """
            INSERT INTO viewed.dws.visit_user_1d
              (dt, channel, user_id, row_count, pv, amount, mean__sum, mean__count, first)
            SELECT dt, channel, user_id, 1, 1 + id % 3, amount, amount, n,
              CAST(dt AS TIMESTAMP) + make_dt_interval(0, 9, id % 7, id % 60)
            FROM (SELECT id, DATE'2026-01-20' + CAST(id % 20 AS INT) AS dt,
                IF(id % 11 = 0, NULL, concat('c', id % 2)) AS channel,
                IF(id % 13 = 0, NULL, concat('u', pmod(xxhash64(id), 17))) AS user_id,
                IF(id % 5 = 0, NULL, CAST(id % 97 / 4 AS DECIMAL(22,2))) AS amount,
                IF(id % 5 = 0, 0, 1) AS n
              FROM range(400))""");
    house
        .lake()
        .spark()
        .sql(
            """
            INSERT INTO viewed.dws.visit_tmin
              (dt, window_start, channel, row_count, pv, amount, mean__sum, mean__count)
            SELECT dt, CAST(dt AS TIMESTAMP) + make_dt_interval(0, id % 24, id * 7 % 60), channel,
              1, 1, amount, amount, IF(amount IS NULL, 0, 1)
            FROM (SELECT id, DATE'2026-01-20' + CAST(id % 3 AS INT) AS dt,
                IF(id % 11 = 0, NULL, concat('c', id % 2)) AS channel,
                IF(id % 5 = 0, NULL, CAST(id % 97 / 4 AS DECIMAL(22,2))) AS amount
              FROM range(60))""");
    house
        .lake()
        .spark()
        .sql(
            """
            INSERT INTO viewed.dws.visit_user_1min
              (dt, window_start, channel, user_id, row_count, pv, amount, mean__sum, mean__count,
                amounts)
            SELECT dt, CAST(dt AS TIMESTAMP) + make_dt_interval(0, id % 24, id * 7 % 60), channel,
              user_id, 1, 1 + id % 3, amount, amount, IF(amount IS NULL, 0, 1), 1
            FROM (SELECT id, DATE'2026-01-20' + CAST(id % 3 AS INT) AS dt,
                IF(id % 11 = 0, NULL, concat('c', id % 2)) AS channel,
                IF(id % 13 = 0, NULL, concat('u', pmod(xxhash64(id), 17))) AS user_id,
                IF(id % 5 = 0, NULL, CAST(id % 97 / 4 AS DECIMAL(22,2))) AS amount
              FROM range(400))""");
  }

  private static List<String> spark(LocalLakehouse house, String sql) {
    List<Row> rows = house.lake().spark().sql(sql).collectAsList();
    return rows.stream().map(Rendered::row).toList();
  }
}
