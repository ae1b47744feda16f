package io.tidemark.tests.tags;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The real commit log as a history: its users' days, published, and their domain as a tag. Its
 * answers were computed by another engine and stand beside it.
 *
 * @param data the folder of the data set
 * @param conf the configuration, with a catalog of its own
 * @param house its tables
 * @param days how many days the history holds
 */
record CommitHistory(Path data, Path conf, LocalLakehouse house, int days) {
  /** The last day of the data. */
  static final LocalDate LAST_DAY = LocalDate.of(2024, 10, 24);

  /** Published days before the window, which must not count. */
  private static final int DAYS_BEFORE = 3;

  private static final TableName DAILY = TableName.parse("dws.commit_user_1d");

  /** What a catalog is called in Tidemark and in Trino. */
  static final String CATALOG = "commit_lake";

  /** Writes the configuration, publishes the days and loads the tags. */
  static CommitHistory make(Path data, Path home, int days) throws IOException {
    Path conf = home.resolve("conf");
    write(
        conf.resolve("env/local.yml"),
        """
        time-zone: UTC
        catalog: { name: %s, type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "localhost:1" }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
          spark.sql.shuffle.partitions: 2
        """
            .formatted(CATALOG, home.resolve("warehouse"), home.resolve("checkpoints")));
    write(
        conf.resolve("jobs/commit_event.yml"),
        Files.readString(Repository.conf().resolve("jobs/ods/commit_event.yml")));
    write(
        conf.resolve("jobs/commit_user_1d.yml"),
        """
        job: dws_commit_user_1d
        input: ods.commit_event
        dimensions: [user_id]
        window: 1 day
        lateness: unlimited
        metrics:
          pv: { count: "*" }
          lines_added: { sum: lines_added }
          lines_deleted: { sum: lines_deleted }
        output: dws.commit_user_1d
        """);
    write(
        conf.resolve("tags/commit.yml"),
        """
        history: commit
        days: %d
        inputs:
          dws.commit_user_1d: { pv: bigint, lines_added: bigint, lines_deleted: bigint }
        tags:
          table: dim.commit_user
          columns: { domain: string }
        sets: { domain: [domain] }
        rolling: [7, 30]
        retention: [1, 7]
        output: dws.commit
        layout: { buckets: 4 }
        """
            .formatted(days));
    CommitHistory history = new CommitHistory(data, conf, LocalLakehouse.open(conf, "local"), days);
    history.publishDays();
    history.loadTags();
    return history;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The first day that the history holds. */
  LocalDate firstDay() {
    return LAST_DAY.minusDays(days - 1L);
  }

  private Dataset<Row> events() {
    return house
        .lake()
        .spark()
        .read()
        .json(data.resolve("events.jsonl.gz").toString())
        .selectExpr("*", "CAST(timestamp_millis(event_time) AS DATE) AS dt");
  }

  /** All days' rows in one write, and a publication for each day, also of those without rows. */
  private void publishDays() {
    house.createTables();
    LocalDate first = firstDay().minusDays(DAYS_BEFORE);
    events().createOrReplaceTempView("commit_events");
    Dataset<Row> rows =
        house
            .lake()
            .spark()
            .sql(
                """
                SELECT dt, user_id, count(*) AS row_count, count(*) AS pv, sum(lines_added) AS lines_added,
                  sum(lines_deleted) AS lines_deleted
                FROM commit_events WHERE dt BETWEEN DATE'%s' AND DATE'%s' GROUP BY dt, user_id"""
                    .formatted(first, LAST_DAY));
    new PublishedDays(
            house.lake(),
            DAILY,
            "user_id STRING, row_count BIGINT, pv BIGINT, lines_added BIGINT, lines_deleted BIGINT")
        .publishAll(rows, first, LAST_DAY);
  }

  /** Domains of all users who ever came, and one of a user who never did. */
  private void loadTags() {
    for (String statement :
        List.of(
            "CREATE NAMESPACE IF NOT EXISTS dim",
            """
            CREATE TABLE dim.commit_user USING iceberg AS
            SELECT DISTINCT user_id, user_domain AS domain FROM commit_events
            UNION ALL SELECT 'nobody', 'nowhere.org'""")) {
      house.lake().spark().sql(statement);
    }
  }
}
