package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.TrinoProperties;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.servers.Java25;
import io.tidemark.tests.servers.Rendered;
import io.tidemark.tests.servers.SharedServers;
import io.tidemark.tests.servers.Trino;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Real users' days and what DuckDB made of them: the history, built bit by bit and read by a stock
 * Trino, and its days by the users' domains, by every way to compute them, to the last digit.
 */
@AnyZone
class CommitHistoryTest {
  /** The last of them; all 730, with as many publications, take longer. */
  private static final int DAYS = Integer.getInteger("tidemark.history-days", 60);

  private static final int DRILL_DOWNS = 20;

  @TempDir private static Path home;
  private static CommitHistory history;
  private static boolean trinoKnowsIt;

  /** A user's day, or a domain's: what comes before the day, the day, and the numbers. */
  private record Line(String key, LocalDate day, List<Long> numbers) {
    static Line of(String csv) {
      String[] parts = csv.split(",");
      return new Line(
          parts[0],
          LocalDate.parse(parts[1]),
          List.of(parts).subList(2, parts.length).stream().map(Long::valueOf).toList());
    }

    /** As rows of Spark and Trino are rendered. */
    String rendered() {
      StringBuilder text = new StringBuilder("String " + key + " | LocalDate " + day);
      numbers.forEach(number -> text.append(" | Long ").append(number));
      return text.toString();
    }
  }

  @BeforeAll
  static void buildAndRecompute() throws IOException {
    Optional<Path> data = Repository.sharedData("commit_log");
    if (data.isEmpty()) {
      System.out.println("CommitHistoryTest is skipped: there is no shared/data/commit_log here");
    }
    assumeTrue(data.isPresent(), "shared/data/commit_log stands beside the project");
    if (Java25.home().isPresent()) {
      SharedServers.prepareTrino();
    }
    history = CommitHistory.make(data.get(), home, DAYS);
    for (int before : new int[] {21, 20, 0}) {
      run("tags build --day " + CommitHistory.LAST_DAY.minusDays(before));
    }
    run("tags recompute --day " + CommitHistory.LAST_DAY);
  }

  private static String run(String command) {
    String text = command + " --conf " + history.conf();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    assertThat(line.execute(text.split(" "))).as("%s: %s", text, err).isEqualTo(ExitCodes.OK);
    return out.toString();
  }

  @Test
  void aStockTrinoReadsARowPerUser() throws Exception {
    assertThat(
            trino(
                """
                SELECT user_id, e.d, e.p, e.a, e.r FROM dws.commit_history_td_v
                CROSS JOIN UNNEST(days, pv, lines_added, lines_deleted) AS e (d, p, a, r)"""))
        .isEqualTo(rendered(expected("user_day_730")));
    assertThat(
            trino("SELECT count(*), count(DISTINCT user_id) FROM dws.commit_history_td_v").get(0))
        .as("a row per user")
        .matches("Long (\\d+) \\| Long \\1");
  }

  @Test
  void aRebuildIsTheHistoryThatWasBuiltBitByBit() {
    List<String> rows = spark("SELECT * FROM dws.commit_history_td_v");
    run("tags check --input");

    run("tags build --rebuild --day " + CommitHistory.LAST_DAY);

    assertThat(spark("SELECT * FROM dws.commit_history_td_v")).isEqualTo(rows);
    run("tags check --input");
  }

  @Test
  void daysByDomainAreThoseOfTheOtherEngine() throws IOException {
    assertThat(
            spark(
                "SELECT domain, dt, pv, users, lines_added FROM dws.commit_domain_1d WHERE users > 0"))
        .isEqualTo(rendered(expected("domain_day_730")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "days"})
  void theSimpleWaysGiveTheSame(String way) {
    List<String> rows = spark("SELECT * FROM dws.commit_domain_1d");

    assertThat(
            run("tags recompute --full --with %s --day %s".formatted(way, CommitHistory.LAST_DAY)))
        .contains("✓");

    assertThat(spark("SELECT * FROM dws.commit_domain_1d")).isEqualTo(rows);
  }

  @Test
  void drillDownsInTrinoAreThoseOfTheOtherEngine() throws Exception {
    List<Line> lines = expected("domain_day_730");
    List<String> domains = lines.stream().map(Line::key).distinct().sorted().toList();
    Random random = new Random(Seed.of("drill-downs"));
    for (int i = 0; i < DRILL_DOWNS; i++) {
      String domain = domains.get(random.nextInt(domains.size()));
      LocalDate from = history.firstDay().plusDays(random.nextInt(DAYS));
      LocalDate to = from.plusDays(random.nextInt(DAYS));
      List<Line> chosen =
          lines.stream()
              .filter(line -> line.key().equals(domain))
              .filter(line -> !line.day().isBefore(from) && !line.day().isAfter(to))
              .toList();
      long[] sums = new long[3];
      chosen.forEach(
          line -> {
            for (int number = 0; number < sums.length; number++) {
              sums[number] += line.numbers().get(number);
            }
          });

      assertThat(
              trino(
                  """
                  SELECT coalesce(sum(pv), 0), coalesce(sum(users), 0), coalesce(sum(lines_added), 0)
                  FROM dws.commit_domain_1d WHERE domain = '%s' AND dt BETWEEN DATE '%s' AND DATE '%s'"""
                      .formatted(domain, from, to)))
          .as("%s from %s to %s", domain, from, to)
          .containsExactly("Long %d | Long %d | Long %d".formatted(sums[0], sums[1], sums[2]));
    }
  }

  /** Lines of an answer that came with the data, as far as the window goes. */
  private static List<Line> expected(String name) throws IOException {
    List<String> csv =
        Files.readAllLines(history.data().resolve("expected").resolve(name + ".csv"));
    List<Line> lines = new ArrayList<>();
    csv.subList(1, csv.size()).forEach(text -> lines.add(Line.of(text)));
    lines.removeIf(line -> line.day().isBefore(history.firstDay()));
    assertThat(lines).isNotEmpty();
    return lines;
  }

  private static List<String> rendered(List<Line> lines) {
    return lines.stream().map(Line::rendered).sorted().toList();
  }

  private static List<String> spark(String sql) {
    return history.house().lake().spark().sql(sql).collectAsList().stream()
        .map(Rendered::row)
        .sorted()
        .toList();
  }

  private static List<String> trino(String sql) throws SQLException {
    assumeTrue(Java25.home().isPresent(), Java25.NOT_FOUND);
    Trino trino = SharedServers.trino();
    if (!trinoKnowsIt) {
      trino.createCatalog(
          CommitHistory.CATALOG,
          TrinoProperties.of(history.house().lake().environment().catalog()));
      trinoKnowsIt = true;
    }
    return trino.query(CommitHistory.CATALOG, sql).stream().sorted().toList();
  }
}
