package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.VerbAnswer;
import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.SharedServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table of the lakehouse held against the PostgreSQL table that serves it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class CheckPairTest {
  @TempDir private Path folder;
  private SourceProject project;

  @Test
  void aServingTableHasTheRowsOfItsSource() throws Exception {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    String url = SharedServers.postgreSql().createDatabase("serving");
    project = new SourceProject(folder, "localhost:1");
    project.job("other", "other", "");
    fill();
    try (Connection serving =
        DriverManager.getConnection(url, PostgreSql.USER, PostgreSql.PASSWORD)) {
      run(serving, "CREATE TABLE served (dt date, channel text, pv numeric(20,0), minutes real)");
      run(
          serving,
          "INSERT INTO served SELECT DATE '2026-01-15', 'c' || i, i, i / 4.0 FROM generate_series(1, 100) i");
      declare(url, "");
      VerbAnswer equal = project.run("check", "served");
      assertThat(equal.exitCode()).as(equal.out() + equal.err()).isEqualTo(ExitCodes.OK);
      assertThat(equal.out()).contains("✓ pair served: 100 rows left, 100 right, all equal");

      run(serving, "UPDATE served SET minutes = minutes + 0.004 WHERE channel = 'c5'");
      run(serving, "UPDATE served SET pv = pv + 1 WHERE channel = 'c6'");
      run(serving, "DELETE FROM served WHERE channel = 'c7'");
      run(serving, "INSERT INTO served VALUES (DATE '2026-01-15', 'new', 1, 1)");
      VerbAnswer differing = project.run("check", "served");
      assertThat(differing.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
      assertThat(differing.out())
          .contains("1 only left, 1 only right, 1 with other values of pv")
          .contains("channel=c6 (changed)", "channel=c7 (deleted)", "channel=new (inserted)")
          .doesNotContain("c5");

      declare(url, "tolerance: 5%");
      assertThat(project.run("check", "served").exitCode()).isEqualTo(ExitCodes.OK);
    }
    declare(url.replaceFirst(":\\d+/", ":1/"), "");
    VerbAnswer down = project.run("check", "served");
    assertThat(down.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.out()).contains("! pair served: ", "cannot be read");
    assertThat(down.out() + down.err()).doesNotContain(PostgreSql.PASSWORD);
    assertThat(
            spark()
                .sql(
                    "SELECT name, kind, left_name, within, detail LIKE '%cannot be read%' FROM ops.end_check")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly("[served,pair,dws.served,false,true]");
  }

  private void fill() {
    spark().sql("CREATE NAMESPACE IF NOT EXISTS dws");
    spark()
        .sql(
            "CREATE TABLE dws.served USING iceberg AS SELECT DATE'2026-01-15' AS dt, concat('c', id) AS channel, id AS pv, id / 4.0D AS minutes FROM range(1, 101)");
  }

  private void declare(String url, String more) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), PostgreSql.PASSWORD);
    project.with(
        "pairs/served.yml",
        """
        pair: served
        left: dws.served
        right: "%s;table=served;user=%s;password=${file:%s}"
        key: [dt, channel]
        close: { minutes: { absolute: 0.01 } }
        %s
        """
            .formatted(url, PostgreSql.USER, password, more));
  }

  private SparkSession spark() {
    return project.open().lake().spark();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
