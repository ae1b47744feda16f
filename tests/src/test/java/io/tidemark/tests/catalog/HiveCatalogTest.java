package io.tidemark.tests.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract on a Hive Metastore. */
class HiveCatalogTest extends CatalogContract {
  private final DocumentedQueries queries = new DocumentedQueries();

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

  private void assertAnswer(String query, String... rows) throws SQLException {
    String sql = queries.with(query);
    assertThat(trinoInCatalog(sql)).as(sql).containsExactly(rows);
    assertThat(spark(DocumentedQueries.inSpark(sql))).as(sql).containsExactly(rows);
  }

  private List<String> spark(String sql) {
    return house().lake().spark().sql(sql).collectAsList().stream().map(Rendered::row).toList();
  }
}
