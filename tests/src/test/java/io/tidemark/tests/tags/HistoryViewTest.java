package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.CatalogSettings;
import io.tidemark.catalog.TrinoProperties;
import io.tidemark.tags.spec.HistoryLayout;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.SharedServers;
import io.tidemark.tests.servers.Trino;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark, a Spark and a Trino that do not know Tidemark show one row per user, patched days
 * included, and read a user's bucket alone.
 */
@AnyZone
class HistoryViewTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  private static final int DAYS = 12;

  @Test
  void sparkAndTrinoShowTheSameRows(@TempDir Path folder) throws Exception {
    assumeTrue(Java25.home().isPresent(), Java25.NOT_FOUND);
    SharedServers.prepareTrino();
    HistoryProject project =
        new HistoryProject(folder, "shown", DAYS, new HistoryLayout(4, 2, 8, 4));
    for (int day = 0; day < DAYS + 2; day++) {
      publish(project, FIRST.plusDays(day), day);
    }
    LocalDate latest = FIRST.plusDays(DAYS + 1);
    project.build(latest);
    publish(project, FIRST.plusDays(5), 100);
    project.build(latest);
    assertThat(
            project.rows(
                "SELECT count(*) > 0, max(size(removed)) FROM dws.shown_history_td WHERE level = 'patch'"))
        .containsExactly("Boolean true | Integer 1");
    List<String> expected = project.expected(latest);

    CatalogSettings catalog = project.lake.environment().catalog();
    Trino trino = SharedServers.trino();
    trino.createCatalog(catalog.name(), TrinoProperties.of(catalog));

    String view = project.lake.identifier(project.spec.view());
    assertThat(project.view()).isEqualTo(expected);
    assertThat(trino.query("SELECT * FROM " + view + " ORDER BY user_id")).isEqualTo(expected);
    String one = "SELECT * FROM " + view + " WHERE user_id = 'u1'";
    assertThat(trino.query(one)).isEqualTo(project.rows(one)).hasSize(1);
    Read all = read(project, "");
    Read bucket =
        read(
            project,
            " WHERE partition.user_id_bucket = %s.system.bucket(4, 'u1')"
                .formatted(catalog.name()));
    assertThat(bucket.rows()).isLessThan(all.rows());
    assertThat(rowsRead(trino.query("EXPLAIN ANALYZE " + one).toString()))
        .isBetween(1L, bucket.rows());
    String everybody = "SELECT * FROM " + view + " ORDER BY user_id";
    List<String> stock =
        new ArrayList<>(
            StockSpark.read(
                folder, project.lake.environment(), "shown_history_td", List.of(everybody, one)));
    String filesOfOne = stock.remove(stock.size() - 1);
    assertThat(Long.parseLong(filesOfOne.replace("files ", ""))).isBetween(1L, bucket.files());
    List<String> shown = asStock(project, everybody);
    shown.add("files " + all.files());
    shown.addAll(asStock(project, one));
    assertThat(stock).isEqualTo(shown);
  }

  /** Rows and files of users' pieces. */
  private record Read(long rows, long files) {}

  private static Read read(HistoryProject project, String where) {
    Row sums =
        project
            .lake
            .spark()
            .sql("SELECT sum(record_count), count(*) FROM dws.shown_history_td.files" + where)
            .head();
    return new Read(sums.getLong(0), sums.getLong(1));
  }

  /** How many rows of users' pieces Trino has read, as it says of itself. */
  private static long rowsRead(String analyzed) {
    Matcher input =
        Pattern.compile("shown_history_td.*?Input: ([\\d,]+) row", Pattern.DOTALL)
            .matcher(analyzed);
    assertThat(input.find()).as(analyzed).isTrue();
    return Long.parseLong(input.group(1).replace(",", ""));
  }

  private static List<String> asStock(HistoryProject project, String sql) {
    return project.lake.spark().sql(sql).collectAsList().stream()
        .map(Row::toString)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static void publish(HistoryProject project, LocalDate day, int salt) {
    Map<Integer, Long> views = new HashMap<>();
    Map<Integer, BigDecimal> sums = new HashMap<>();
    for (int user = 0; user < 9; user++) {
      if ((user + salt) % 3 > 0) {
        views.put(user, user == 4 ? null : (user + 1L) * (salt - 5));
      }
      if ((user * 7 + salt) % 5 == 0) {
        sums.put(user, BigDecimal.valueOf(salt * 100L - user, 2));
      }
    }
    project.publish(day, views, sums);
  }
}
