package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.operation.JobStatus;
import io.tidemark.jobs.operation.JobStatus.Activity;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Repository;
import io.tidemark.tests.lakehouse.SparkJvm;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A driver as an operator sees it: its metrics, its log, its status, and how it is stopped. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@AnyZone
class StreamVerbTest {
  private static final int SIGTERM = 143;
  private static final int BACKLOG = 60;
  private static final Pattern METRIC = Pattern.compile("\\btidemark_[a-z_]+");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void whatADriverSaysOfItselfIsWhatItDid() throws Exception {
    FaultProject project = new FaultProject(folder, SharedBroker.get(), "click");
    declareLookup(project);
    Clicks clicks = new Clicks(20261122);
    clicks.send(project, "click", 50);
    int port = LocalBroker.freePort();
    Path log = folder.resolve("driver.log");
    Process driver = start(project, port, log);
    try {
      await()
          .atMost(Duration.ofMinutes(4))
          .until(
              () ->
                  !driver.isAlive()
                      || value(port, "tidemark_rows_read_total", "ods_click") == clicks.sent()
                          && value(port, "tidemark_lag_events", "dws_click_tmin") == 0
                          && value(port, "tidemark_rows_written_total", "dwd_click")
                              == clicks.distinct());
      assertThat(driver.isAlive()).as("the driver runs; see %s", text(log)).isTrue();
      assertThat(value(port, "tidemark_dead_letters_total", "ods_click"))
          .isEqualTo(clicks.malformed());
      assertThat(value(port, "tidemark_job_running", "dws_click_tmin")).isEqualTo(1);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> looked(port, "rows") == clicks.sent() - clicks.malformed());
      assertThat(looked(port, "rows_found")).isEqualTo(0);
      assertThat(looked(port, "rows_cached")).as("but of the first").isPositive();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> value(port, "tidemark_rows_parked", "dwd_named") == clicks.distinct());
      assertTheBoardShowsWhatIsServed(port);
      assertTheStatusIsThatOf(project, driver, Activity.RUNNING);
      assertASecondDriverIsRefusedThePort(project, port);

      long before = clicks.sent();
      clicks.send(project, "click", BACKLOG);
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  !driver.isAlive()
                      || value(port, "tidemark_rows_read_total", "ods_click") > before);
    } finally {
      driver.destroy();
      assertThat(driver.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }

    assertThat(driver.exitValue()).as("drained; see %s", text(log)).isEqualTo(SIGTERM);
    assertTheStatusIsThatOf(project, driver, Activity.STOPPED);
    LocalLakehouse house = project.open(FaultProject.LOCAL);
    assertTheLogTellsWhatIsInTheTables(log, house);
    Answers.assertEveryCutBalances(house, house.ingests().get(0));
    house.catchUp(house.jobs().jobs());
    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    assertThat(house.main(house.jobs().job("dwd_click")).count()).isEqualTo(clicks.distinct());
  }

  /** Beside the others, a job whose rows wait for a dimension. */
  private static void declareLookup(FaultProject project) throws IOException {
    project.job(
        "dwd_named",
        """
        input: ods.click
        sql: named.sql
        dedupe: { key: [event_id] }
        lookup:
          named:
            table: dim.channel
            key: { id: channel }
            columns: { label: string }
            unknown: park
            lateness: 36500 days
        output: dwd.named
        """);
    Files.writeString(
        project.conf().resolve("jobs/named.sql"),
        "SELECT event_id, named.label AS label, source.* FROM input\n");
    SparkSession spark = project.open(FaultProject.LOCAL).lake().spark();
    spark.sql("CREATE NAMESPACE IF NOT EXISTS dim");
    spark.sql("CREATE TABLE dim.channel (id STRING, label STRING) USING iceberg");
    spark.sql("INSERT INTO dim.channel VALUES ('another', 'Another')");
  }

  private double looked(int port, String what) throws Exception {
    String series = "tidemark_lookup_" + what + "_total{job_name=\"dwd_named\",lookup=\"named\"} ";
    return scrape(port)
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElse(-1);
  }

  private Process start(FaultProject project, int port, Path log) throws IOException {
    List<String> command =
        SparkJvm.command(
            "io.tidemark.jobs.cli.Tidemark",
            List.of("-Xmx1g", "-Duser.timezone=" + FaultProject.ZONE.getId()));
    command.addAll(
        List.of("stream", "--conf", project.conf().toString(), "--set", "metrics.port=" + port));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** The value of one series; -1 while it is not served. */
  private double value(int port, String metric, String job) throws Exception {
    String series = metric + "{job_name=\"" + job + "\"} ";
    return scrape(port)
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElse(-1);
  }

  private String scrape(int port) throws Exception {
    URI metrics = URI.create("http://localhost:" + port + "/metrics");
    try {
      return http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    } catch (ConnectException e) {
      return "";
    }
  }

  private void assertTheBoardShowsWhatIsServed(int port) throws Exception {
    Set<String> served =
        METRIC
            .matcher(
                scrape(port)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining("\n")))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> shown = new TreeSet<>();
    JsonNode board = JSON.readTree(Repository.conf().resolve("grafana/tidemark.json").toFile());
    board
        .findValuesAsText("expr")
        .forEach(
            expression ->
                METRIC.matcher(expression).results().map(MatchResult::group).forEach(shown::add));

    assertThat(shown).isNotEmpty();
    assertThat(served).as("what the board asks for").containsAll(shown);
    assertThat(families(shown)).as("what is served is on the board").isEqualTo(families(served));
  }

  /** A histogram has several series. */
  private static Set<String> families(Set<String> metrics) {
    return metrics.stream()
        .map(metric -> metric.replaceAll("_(bucket|count|sum)$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertTheStatusIsThatOf(
      FaultProject project, Process driver, Activity activity) {
    LocalLakehouse house = project.open(FaultProject.LOCAL);
    for (String job : List.of("ods_click", "dwd_click", "dws_click_tmin")) {
      JobStatus status = status(house, job);
      assertThat(status.activity()).as("%s", status).isEqualTo(activity);
      assertThat(status.driver().orElseThrow().pid()).isEqualTo(driver.pid());
      assertThat(status.driver().orElseThrow().failures()).isZero();
      assertThat(status.problems()).isEmpty();
    }
  }

  private static void assertASecondDriverIsRefusedThePort(FaultProject project, int port) {
    VerbAnswer answer =
        VerbAnswer.of(project.conf(), "stream", "ods_click", "--set", "metrics.port=" + port);

    assertThat(answer.with(ExitCodes.REFUSED).err())
        .contains("metrics.port: " + port + " is taken by another process")
        .contains("--set metrics.port=" + (port + 1));
  }

  /** No micro-batch was left between its commit and its end. */
  private static void assertTheLogTellsWhatIsInTheTables(Path log, LocalLakehouse house)
      throws IOException {
    long read = 0;
    long written = 0;
    for (String line : Files.readAllLines(log)) {
      if (line.startsWith("{")) {
        JsonNode batch = JSON.readTree(line);
        assertThat(batch.get("seconds").asDouble()).isPositive();
        assertThat(batch.get("snapshot_id").asLong()).isPositive();
        assertThat(batch.get("to").isNull()).isFalse();
        read += batch.get("job").asText().equals("ods_click") ? batch.get("read").asLong() : 0;
        written +=
            batch.get("job").asText().equals("dwd_click") ? batch.get("written").asLong() : 0;
      }
    }
    assertThat(read).as("messages read, by the log").isEqualTo(house.messagesRead());
    assertThat(written)
        .as("rows of DWD, by the log")
        .isEqualTo(house.main(house.jobs().job("dwd_click")).count());
  }

  private static JobStatus status(LocalLakehouse house, String job) {
    return new StatusReader(house.lake(), house.jobs(), FailureText::withoutSecrets)
        .read(List.of(house.jobs().job(job)), List.of(), Clock.systemUTC().instant())
        .get(0);
  }

  private static String text(Path log) throws IOException {
    return Files.readString(log);
  }
}
