package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.catalog.cut.Seals;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.operation.JobStatus;
import io.tidemark.jobs.operation.JobStatus.Activity;
import io.tidemark.jobs.operation.JobStatus.DeadLetters;
import io.tidemark.jobs.operation.JobStatus.State;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the status says of jobs is what was sent and what was read. */
@AnyZone
class StatusTest {
  private static final Instant NOON =
      FaultProject.FIRST_DAY.atTime(12, 0).atZone(FaultProject.ZONE).toInstant();

  /** Above what Linux gives to processes. */
  private static final long NO_PROCESS = 4_194_305;

  private static final Duration LATER = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private IngestSpec ods;
  private JobSpec dwd;
  private JobSpec dws;
  private int sent;

  @BeforeEach
  void open() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    ods = house.ingests().get(0);
    dwd = house.jobs().job("dwd_click");
    dws = house.jobs().job("dws_click_tmin");
  }

  @Test
  void aLagIsWhatWasSentAndIsNotReadAndAsOldAsTheOldestOfIt() {
    send(NOON, 3, 0);
    assertThat(status(dwd).activity()).isEqualTo(Activity.NEVER);
    assertThat(status(dwd).lagEvents()).isEmpty();
    house.catchUp(house.jobs().jobs());
    for (JobSpec job : house.jobs().jobs()) {
      assertUpToDate(status(job));
    }

    send(NOON.plusSeconds(60), 5, 2);

    JobStatus behind = status(ods);
    assertThat(behind.lagEvents()).hasValue(7L);
    assertThat(behind.lag()).hasValue(LATER.minusSeconds(60));
    assertThat(behind.freshness()).hasValue(LATER.minusSeconds(60));
    assertThat(behind.isStale()).as("5 minutes are allowed").isTrue();
    assertThat(status(dwd).lagEvents()).as("of what is in ODS").hasValue(0L);
    assertThat(status(dwd).lag()).hasValue(Duration.ZERO);
    assertThat(status(dws).freshness()).as("of what was sent").hasValue(LATER.minusSeconds(60));

    house.catchUp(List.of(ods));

    assertUpToDate(status(ods));
    assertThat(status(ods).deadLetters()).hasValue(new DeadLetters(2, 2));
    assertThat(status(ods, NOON.plus(Duration.ofDays(1))).deadLetters())
        .as("a day later")
        .hasValue(new DeadLetters(0, 2));
    Instant committed = Instant.ofEpochMilli(head(ods).timestampMillis());
    JobStatus waiting = status(dwd, committed.plusSeconds(7));
    assertThat(waiting.lagEvents()).hasValue(5L);
    assertThat(waiting.lag().orElseThrow())
        .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(60));
    assertThat(status(dwd).freshness()).hasValue(LATER.minusSeconds(60));
    assertThat(status(dws).lagEvents()).hasValue(0L);
    assertThat(status(dws).freshness()).hasValue(LATER.minusSeconds(60));

    house.catchUp(List.of(dwd));

    assertUpToDate(status(dwd));
    assertThat(status(dws).lagEvents()).hasValue(5L);
    assertThat(status(dws).freshness()).hasValue(LATER.minusSeconds(60));

    house.catchUp(List.of(dws));

    assertUpToDate(status(dws));
    assertThat(status(dws).activity()).isEqualTo(Activity.UNKNOWN);
    assertThat(status(dws).lastCommit())
        .hasValue(Instant.ofEpochMilli(head(dws).timestampMillis()));
  }

  @Test
  void theStateOfAJobIsTheOpenDaysThatItLooksInto() {
    send(NOON, 10, 0);
    send(NOON.plus(Duration.ofDays(1)), 6, 0);
    house.catchUp(house.jobs().jobs());

    assertThat(status(ods).state()).isEmpty();
    assertThat(status(dwd).state()).hasValue(new State(bytes(dwd), 16));
    assertThat(status(dws).state())
        .as("a distinct looks for first sights in its input")
        .hasValue(new State(bytes(dwd), 16));

    Seals.seal(
        house.lake().load(ods.output()), new Range(FaultProject.FIRST_DAY, FaultProject.FIRST_DAY));

    assertThat(status(dwd).state().orElseThrow().rows()).isEqualTo(6);
    assertThat(status(dwd).state().orElseThrow().bytes()).isBetween(1L, bytes(dwd) - 1);
  }

  @Test
  void theVerbSaysWhoseObjectiveIsMissedOrWhoseDriverIsGoneAndLeavesWith3() throws IOException {
    send(NOON, 4, 0);
    VerbAnswer never = run("status");
    assertThat(never.exitCode()).as(never.out()).isEqualTo(ExitCodes.OK);
    assertThat(never.out()).contains("never ran");

    assertThat(run("run", "all", "--mode", "catchup").exitCode()).isEqualTo(ExitCodes.OK);
    VerbAnswer well = run("status");
    assertThat(well.exitCode()).as(well.out()).isEqualTo(ExitCodes.OK);
    assertThat(well.out()).containsPattern("ods_click +stopped +0 +0 s +0 s +5 min 0 s");

    Path record = project.checkpoint("click").resolveSibling("ods_click.driver.json");
    Files.writeString(
        record,
        Files.readString(record)
            .replace("STOPPED", "RUNNING")
            .replaceFirst("\"pid\":\\d+", "\"pid\":" + NO_PROCESS));
    VerbAnswer gone = run("status", "ods_click", "--json");
    assertThat(gone.exitCode()).as(gone.out()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    JsonNode json = new ObjectMapper().readTree(gone.out()).at("/jobs/0");
    assertThat(json.get("state").asText()).isEqualTo("gone");
    assertThat(json.get("lag_events").asLong()).isZero();
    assertThat(json.get("freshness_seconds").asDouble()).isZero();
    assertThat(json.get("dead_letters_unrepaired").asLong()).isZero();
    assertThat(json.at("/driver/pid").asLong()).isEqualTo(NO_PROCESS);

    send(NOON, 4, 0);
    VerbAnswer late = run("status", "ods_click");
    assertThat(late.exitCode()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(late.out())
        .containsPattern("ods_click +driver gone +4 ")
        .contains("✗ ods_click: the oldest message that is not in its table came ")
        .contains("5 min 0 s are allowed")
        .doesNotContain("dwd_click");
  }

  private static void assertUpToDate(JobStatus status) {
    assertThat(status.problems()).isEmpty();
    assertThat(status.lagEvents()).hasValue(0L);
    assertThat(status.lag()).hasValue(Duration.ZERO);
    assertThat(status.freshness()).hasValue(Duration.ZERO);
    assertThat(status.isStale()).isFalse();
  }

  private JobStatus status(JobSpec job) {
    return status(job, NOON.plus(LATER));
  }

  private JobStatus status(JobSpec job, Instant now) {
    return new StatusReader(house.lake(), house.jobs(), FailureText::withoutSecrets)
        .read(List.of(job), List.of(), now)
        .get(0);
  }

  private Snapshot head(JobSpec job) {
    return house.lake().load(job.output()).currentSnapshot();
  }

  private long bytes(JobSpec job) {
    Table table = house.lake().load(job.output());
    return Long.parseLong(
        Optional.of(table.currentSnapshot().summary())
            .map(summary -> summary.get(SnapshotSummary.TOTAL_FILE_SIZE_PROP))
            .orElseThrow());
  }

  /** Events a second apart from a moment on, each of its own, and behind them letters. */
  private void send(Instant from, int events, int malformed) {
    List<Timed> messages =
        IntStream.range(0, events + malformed)
            .mapToObj(
                i -> {
                  long time = from.plusSeconds(i).toEpochMilli();
                  String event =
                      "{\"event_id\": \"e%d\", \"user_id\": \"u\", \"channel\": \"c\", \"seconds\": 1, \"event_time\": %d}"
                          .formatted(sent++, time);
                  return new Timed(i < events ? event : "no JSON", time);
                })
            .toList();
    TestMessages.send(SharedBroker.get(), project.topic("click"), messages);
  }

  private VerbAnswer run(String... arguments) {
    return VerbAnswer.of(project.conf(), arguments);
  }
}
