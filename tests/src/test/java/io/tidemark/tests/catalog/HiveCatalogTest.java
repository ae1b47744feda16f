package io.tidemark.tests.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.compaction.record.MaintenanceRun;
import io.tidemark.compaction.record.MaintenanceStep;
import io.tidemark.compaction.record.MaintenanceStep.Done;
import io.tidemark.compaction.record.MaintenanceStep.Gained;
import io.tidemark.compaction.record.MaintenanceStep.Groups;
import io.tidemark.compaction.record.MaintenanceStep.Outcome;
import io.tidemark.compaction.record.MaintenanceStep.Planned;
import io.tidemark.compaction.record.MaintenanceTable;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The contract on a Hive Metastore. */
class HiveCatalogTest extends CatalogContract {
  private final DocumentedQueries queries = new DocumentedQueries("docs/reconciliation.md");

  @Override
  String catalog(Path home) {
    return """
        name: hive_lake
        type: hive
        uri: %s
        warehouse: "%s"
        """
        .formatted(SharedServers.hiveMetastore().uri(), home.resolve("warehouse").toUri());
  }

  /** Trino reads no Iceberg view on a Hive Metastore, but one of its own with the same text. */
  @Override
  String viewInTrino(JobSpec job) throws SQLException {
    String view = "hive_lake." + job.output().withSuffix("_t");
    trino("CREATE VIEW " + view + " AS " + textInTrino(job));
    return view;
  }

  /** The history as people query it: Trino and Spark answer alike, and what is true. */
  @Test
  void theQueriesOfTheDocumentationAreAnswered() throws SQLException {
    LocalDate today = LocalDate.now(house().lake().environment().timeZone());
    KnownHistory history = new KnownHistory(house(), today);
    history.write();
    String older = "LocalDate " + history.daysAgo(3);
    String newer = "LocalDate " + history.daysAgo(2);

    assertAnswer(
        "max_by(metric, difference)",
        older + " | String minutes | Double 0.02 | Boolean false",
        newer + " | String minutes | Double 0.05 | Boolean false");
    assertAnswer(
        "HAVING count_if(NOT within) > 1",
        "String " + KnownHistory.READING + " | String minutes | Long 2 | Long 2 | " + newer);
    assertAnswer(
        "date_diff(",
        "String " + KnownHistory.READING + " | Double 60.0 | Long 2",
        "String " + KnownHistory.ORDERS + " | Double 12.0 | Long 1");
    assertAnswer(
        "GROUP BY job, metric, cause",
        "String "
            + KnownHistory.READING
            + " | String pv | String late | Long 5 | decimal 11.000000000",
        "String "
            + KnownHistory.READING
            + " | String pv | String lost | Long 1 | decimal -2.500000000");
    assertAnswer(
        "SELECT metric, cause, keys, part", "String pv | String lost | Long 300 | String 1200");
    assertAnswer(
        "causes LIKE",
        "String {\"channel\":\"频道 'x'\"} | String 1 | String 2 | String {\"lost\":\"1200\"} | String"
            + " Message e[0]@1 …");
    assertThat(queries.count()).as("and the one of the checks, below").isEqualTo(7);
    for (String table : List.of("run", "metric", "cause", "dimension", "key")) {
      assertThat(trinoInCatalog("SELECT * FROM ops.reconciliation_" + table + " ORDER BY 1, 2"))
          .as(table)
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(spark("SELECT * FROM ops.reconciliation_" + table));
    }
    assertThat(trinoInCatalog("SELECT * FROM ops.publication"))
        .hasSize(5)
        .containsExactlyInAnyOrderElementsOf(spark("SELECT * FROM ops.publication"));
  }

  @Test
  void whatAnEndDiffersByIsQueried() throws SQLException {
    assertThat(
            Tidemark.commandLine()
                .execute("check", "ods_purchase", "--conf", conf().toString(), "--env", "local"))
        .isEqualTo(ExitCodes.OK);
    assertAnswer("FROM ops.end_check");

    house().lake().spark().sql("UPDATE ops.end_check SET within = false, differing = 2");

    String query = queries.with("FROM ops.end_check");
    assertThat(trinoInCatalog(query))
        .singleElement()
        .asString()
        .contains("| String ods_purchase | String kafka | Long 162 | Long 162 | Long 2 |");
    assertThat(spark(query)).isEqualTo(trinoInCatalog(query));
  }

  @Test
  void whatMaintenanceCostAndGainedIsQueried() throws SQLException {
    DocumentedQueries ofCompaction = new DocumentedQueries("docs/compaction.md");
    LocalDate today = LocalDate.now(house().lake().environment().timeZone());
    MaintenanceTable record = new MaintenanceTable(house().lake());
    record.append(maintenance("run-1", today.minusDays(1), 40));
    record.append(maintenance("run-2", today.minusDays(2), 2));
    record.append(maintenance("run-3", today.minusDays(60), 9));

    assertAnswerOf(
        ofCompaction.with("GROUP BY table_name"),
        "String dwd.reading_event | Double 42.0 | Long 24 | Long 2048 | Double 0.25",
        "String  | Double 2.0 | Long 0 | Long 0 | NULL");
    assertAnswerOf(
        ofCompaction.with("outcome IN ('failed', 'left')"),
        "LocalDate %s | String vacuum | String dwd.reading_event | String  | String orphan files | String failed | String no answer"
            .formatted(today.minusDays(1)),
        "LocalDate %s | String vacuum | String dwd.reading_event | String  | String orphan files | String failed | String no answer"
            .formatted(today.minusDays(2)));
    assertThat(ofCompaction.count()).isEqualTo(2);
  }

  /** A run that rewrote files in so many seconds, failed to delete orphans, and planned for one. */
  private MaintenanceRun maintenance(String id, LocalDate day, double seconds) {
    Instant began = day.atTime(2, 0).atZone(house().lake().environment().timeZone()).toInstant();
    return new MaintenanceRun(
        id,
        MaintenanceRun.Kind.VACUUM,
        began,
        seconds + 1,
        List.of(
            new MaintenanceStep(
                "dwd.reading_event",
                "dt=" + day,
                "small files",
                began,
                seconds,
                "many",
                new Planned(4, 14, 1024, 30.0),
                new Done(new Groups(3, 1, 0), 14, 0, 2, 1024, 1000, 0, 0, 0),
                new Gained(12, 24),
                Outcome.PARTLY,
                ""),
            new MaintenanceStep(
                "dwd.reading_event",
                "",
                "orphan files",
                began,
                0,
                "",
                Planned.NOTHING,
                Done.NOTHING,
                Gained.NOTHING,
                Outcome.FAILED,
                "no answer")),
        Set.of());
  }

  private void assertAnswer(String query, String... rows) throws SQLException {
    assertAnswerOf(queries.with(query), rows);
  }

  private void assertAnswerOf(String sql, String... rows) throws SQLException {
    assertThat(trinoInCatalog(sql)).as(sql).containsExactly(rows);
    assertThat(spark(DocumentedQueries.inSpark(sql))).as(sql).containsExactly(rows);
  }

  private List<String> spark(String sql) {
    return house().lake().spark().sql(sql).collectAsList().stream().map(Rendered::row).toList();
  }
}
