package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.SchemaMismatchException;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.run.StreamFailure;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.SameRows;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tables are changed under the streams that write and read them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@AnyZone
class EvolvingTablesTest {
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 14);
  private static final LocalDate SECOND_DAY = FIRST_DAY.plusDays(1);
  private static final long MORE_THAN_AN_INT = 7_000_000_000L;
  private static final TableName DWD = TableName.parse("dwd.visit");

  @TempDir private Path folder;
  private EvolvingProject project;
  private LocalLakehouse house;
  private final StopSignal stop = new StopSignal();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> failed = new CopyOnWriteArrayList<>();
  private final MicroBatchListener givenUp =
      new MicroBatchListener() {
        @Override
        public void failed(String job, StreamFailure failure) {
          if (failure.again().isEmpty()) {
            failed.add(job);
          }
        }
      };
  private long sent;
  private long more;

  @BeforeEach
  void open() {
    project = new EvolvingProject(folder, SharedBroker.get());
    house = LocalLakehouse.open(project.first(), "local");
  }

  @Test
  void streamsGoOnWhileTheirTablesBecomeWhatIsDeclared() throws Exception {
    send(FIRST_DAY, 30, "");
    CompletableFuture<Void> streams = start();
    awaitAllRead(streams);
    Path changed = project.changed();
    assertThat(tables(changed, "plan")).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(out.toString())
        .contains(
            "dwd.visit\n  + rename column user_id to reader\n  + add column city string\n"
                + "  + widen column seconds from int to bigint\n",
            "dws.visit_1h\n  + rename column users to readers\n  + add column longest bigint\n",
            "dim.channel\n  + create table dim.channel: 2 columns, not partitioned\n",
            "4 of 5 tables differ");

    send(FIRST_DAY, 30, "");
    assertThat(tables(changed, "apply")).as(err.toString()).isEqualTo(ExitCodes.OK);
    send(FIRST_DAY, 30, "");
    awaitAllRead(streams);

    assertThat(tables(changed, "plan")).as(out.toString()).isEqualTo(ExitCodes.OK);
    stop.stop();
    streams.get(1, TimeUnit.MINUTES);
    assertTheOldDefinitionIsRefused();
    goOnWithTheNewDefinition(changed);
  }

  private void assertTheOldDefinitionIsRefused() {
    int code = run("run", "dwd_visit", "--mode", "catchup", "--conf", project.first().toString());

    assertThat(code).isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString())
        .contains(
            "table dwd.visit does not have the columns its job declares",
            "the column that had this name is now reader",
            "./tidemark tables --conf " + project.first() + " plan dwd.visit");
  }

  private void goOnWithTheNewDefinition(Path changed) {
    LocalLakehouse now = LocalLakehouse.open(changed, "local");
    more = MORE_THAN_AN_INT;
    send(SECOND_DAY, 30, ", \"city\": \"c\"");
    now.catchUp(now.jobs().jobs());
    assertThat(now.messagesRead()).isEqualTo(sent);
    now.seal(FIRST_DAY, SECOND_DAY);
    now.batch(now.recomputed(), FIRST_DAY, SECOND_DAY);
    JobSpec dwd = now.jobs().job("dwd_visit");
    assertEqual(now.main(dwd), now.offline(dwd));
    assertThat(now.main(dwd).where("reader = concat('u', seconds % 7)").count())
        .as("every row has its reader, whoever wrote it")
        .isEqualTo(sent);
    assertThat(now.main(dwd).where("city = 'c'").count()).isEqualTo(30);
    JobSpec dws = now.jobs().job("dws_visit_1h");
    String ofTheSecondDay = "dt = DATE'" + SECOND_DAY + "'";
    assertEqual(now.main(dws).where(ofTheSecondDay), now.offline(dws).where(ofTheSecondDay));
    assertEqual(now.main(dws).drop("longest"), now.offline(dws).drop("longest"));
    assertEqual(
        now.lake().spark().table("dws.visit_1h_v").drop("longest"), now.main(dws).drop("longest"));
    Table table = now.lake().load(DWD);
    assertThat(table.spec().fields()).hasSize(2);
    assertThat(table.sortOrder().isSorted()).isTrue();
    assertThat(table.properties())
        .containsEntry(DeclaredTable.RETENTION, "30 days")
        .containsEntry(DeclaredTable.FRESHNESS, "10 minutes")
        .containsEntry("read.split.target-size", "67108864");
    assertThat(TableState.of(table).marker("dwd_visit")).isPresent();
  }

  @Test
  void aColumnThatIsOnlyAddedComesWithTheNextStart() {
    send(FIRST_DAY, 12, "");
    house.catchUp(house.jobs().jobs());
    house.seal(FIRST_DAY, FIRST_DAY);

    LocalLakehouse longer = LocalLakehouse.open(project.longer(), "local");
    send(SECOND_DAY, 12, ", \"city\": \"c\"");
    longer.catchUp(longer.jobs().jobs());
    longer.seal(SECOND_DAY, SECOND_DAY);
    longer.batch(longer.recomputed(), FIRST_DAY, SECOND_DAY);

    JobSpec dwd = longer.jobs().job("dwd_visit");
    assertThat(longer.main(dwd).where("city = 'c'").count()).isEqualTo(12);
    assertThat(longer.main(dwd).where("city IS NULL").count()).isEqualTo(12);
    for (JobSpec job : longer.recomputed()) {
      assertEqual(longer.main(job).drop("cities"), longer.offline(job).drop("cities"));
      String counted = "dt = DATE'" + SECOND_DAY + "'";
      assertEqual(longer.main(job).where(counted), longer.offline(job).where(counted));
    }
    // the definition before goes on as well: it leaves the new columns empty
    send(SECOND_DAY.plusDays(1), 6, "");
    house.catchUp(house.jobs().jobs());
    assertThat(longer.main(dwd).count()).isEqualTo(30);
    assertThat(house.lake().load(TableName.parse("ods.visit")).schema().findField("city"))
        .isNotNull();
  }

  @Test
  void aColumnIsDroppedOnlyByNameAndStopsTheStreamThatWritesIt() throws Exception {
    send(FIRST_DAY, 12, "");
    CompletableFuture<Void> streams = start();
    awaitAllRead(streams);
    Path shorter = project.shorter();
    String flag = "drop-column:dwd.visit.seconds";

    assertThat(tables(shorter, "apply")).isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString())
        .contains("nothing was changed", "drop column seconds int", "--allow " + flag);
    assertThat(house.lake().load(DWD).schema().findField("seconds")).isNotNull();
    assertThat(tables(shorter, "apply", "--allow", flag.replace("visit", "vist")))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString()).contains("did you mean 'dwd.visit'?");

    assertThat(tables(shorter, "apply", "dwd.visit", "--allow", flag)).isEqualTo(ExitCodes.OK);
    send(FIRST_DAY, 12, "");
    await().atMost(1, TimeUnit.MINUTES).until(() -> !failed.isEmpty());
    assertThat(failed).containsExactly("dwd_visit");
    assertThat(streams).as("the other streams go on").isNotDone();
    stop.stop();

    assertThatThrownBy(() -> streams.get(1, TimeUnit.MINUTES))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("dropped: seconds");
    LocalLakehouse now = LocalLakehouse.open(shorter, "local");
    now.catchUp(now.jobs().jobs());
    assertThat(now.main(now.jobs().job("dwd_visit")).count()).isEqualTo(sent);
  }

  private CompletableFuture<Void> start() {
    return CompletableFuture.runAsync(
        () -> house.streams(stop, givenUp).stream(house.jobs().jobs()));
  }

  private void awaitAllRead(CompletableFuture<Void> streams) {
    await()
        .atMost(2, TimeUnit.MINUTES)
        .pollInterval(300, TimeUnit.MILLISECONDS)
        .until(() -> streams.isDone() || house.messagesRead() == sent && house.backlog() == 0);
    assertThat(streams).as("the streams are running").isNotDone();
  }

  /** Visits of a day, each of its own; the reader follows from the seconds. */
  private void send(LocalDate day, int count, String fields) {
    List<Timed> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long time =
          day.atTime(8 + i % 3, 0).atZone(ZoneId.systemDefault()).toInstant().toEpochMilli();
      messages.add(
          new Timed(
              """
              {"event_id": "e%d", "user_id": "u%d", "channel": "c%d", "seconds": %d, \
              "event_time": %d%s}"""
                  .formatted(sent, sent % 7, i % 2, sent + more, time, fields),
              time));
      sent++;
    }
    TestMessages.send(SharedBroker.get(), project.topic(), messages);
  }

  private static void assertEqual(Dataset<Row> left, Dataset<Row> right) {
    SameRows.assertSame(
        "of the columns " + List.of(left.columns()), left, right.select(columns(left)));
  }

  private static Column[] columns(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).map(functions::col).toArray(Column[]::new);
  }

  private int tables(Path conf, String action, String... more) {
    List<String> arguments = new ArrayList<>(List.of("tables", action));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--conf", conf.toString()));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
