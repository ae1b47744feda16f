package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.LeftAlone;
import io.tidemark.compaction.plan.LeftAlone.Why;
import io.tidemark.compaction.retain.TableVacuum;
import io.tidemark.compaction.retain.Vacuum;
import io.tidemark.compaction.retain.VacuumListener;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.RewriteOutcome;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compaction between what else happens to tables: streams that rest for longer than snapshots are
 * kept, days that are sealed, computed again, compared, published and put back.
 */
@AnyZone
class CompactedDaysTest {
  private static final String ODS = "ods_click";
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";
  private static final LocalDate DAY = FaultProject.FIRST_DAY;
  private static final LocalDate NEXT_DAY = FaultProject.LAST_DAY;

  /** Long after the last commit, when nothing is hot, and before a lease ends. */
  private static final Duration LATER = Duration.ofHours(2);

  private static final Duration AGE = Duration.ofDays(5);

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private Clicks clicks;

  private void start(long seed) {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    List.of("ods.click", "dwd.click", "dws.click_tmin")
        .forEach(
            table -> project.policy(table, "target-file-size: 1 MiB\ndue: { small-files: 2 }"));
    house = project.open(FaultProject.LOCAL);
    clicks = new Clicks(seed);
  }

  @Test
  void aStreamThatRestedForLongerThanTheRetentionReadsWhatWasCompactedMeanwhile() {
    start(20261208);
    send(32);
    house.catchUp(List.of(job(ODS)));
    house.catchUp(List.of(job(DWD)));
    clicks.send(project, "click", 48);
    house.catchUp(List.of(job(ODS)));
    compact();
    assertVacuumed();
    clicks.send(project, "click", 32);
    house.catchUp(List.of(job(ODS)));
    compact();
    assertVacuumed();

    // One job rested since 32 messages, the other read nothing yet.
    house.catchUp(house.jobs().jobs());
    compact();
    assertVacuumed();
    send(16);
    house.catchUp(house.jobs().jobs());

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    assertThat(house.main(job(DWD)).count()).isEqualTo(clicks.distinct());
    Answers.assertMainEqualsBatch(house, "compacted while a stream rested");
  }

  @Test
  void aDayThatIsSealedAndNotPublishedIsLeftAlone() {
    start(20261209);
    send(64);
    house.catchUp(house.jobs().jobs());
    house.seal(DAY, DAY);
    Map<String, List<String>> before = filesByDay(DWD);

    CompactionReport report = compact("dwd.click", "dws.click_tmin");

    assertThat(report.plan().leftAlone())
        .filteredOn(each -> each.why() == Why.LEASED)
        .extracting(LeftAlone::partition)
        .containsExactlyInAnyOrder("dt=" + DAY, "dt=" + DAY);
    assertThat(filesByDay(DWD).get("dt=" + DAY))
        .isEqualTo(before.get("dt=" + DAY))
        .hasSizeGreaterThan(1);
    assertThat(filesByDay(DWD).get("dt=" + NEXT_DAY)).hasSize(1);
    house.batch(house.recomputed(), DAY, DAY);
    compact();
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());
    compact();
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
  }

  @Test
  void aPublishedDayThatWasCompactedIsPutBackAsItWas() throws IOException {
    start(20261210);
    send(64);
    house.catchUp(house.jobs().jobs());
    List<Row> stream = rowsOf(DWD, DAY);
    List<Row> running = rowsOf(DWS, DAY);
    manyFiles();
    publish();
    List<Row> published = rowsOf(DWD, DAY);
    assertThat(filesByDay(DWD).get("dt=" + DAY)).as("files of the batch").hasSizeGreaterThan(1);

    CompactionReport report = compact("dwd.click", "dws.click_tmin");

    assertThat(rewritten(report)).contains("dt=" + DAY);
    assertThat(filesByDay(DWD).get("dt=" + DAY)).hasSize(1);
    assertThat(rowsOf(DWD, DAY)).containsExactlyInAnyOrderElementsOf(published);
    assertVacuumed();
    verb(ExitCodes.OK, "publish", "--undo", DAY.toString());
    assertThat(rowsOf(DWD, DAY)).containsExactlyInAnyOrderElementsOf(stream);
    assertThat(rowsOf(DWS, DAY)).containsExactlyInAnyOrderElementsOf(running);
    // A day that was put back waits for its next publication.
    assertThat(rewritten(compact("dwd.click"))).doesNotContain("dt=" + DAY);
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
    assertThat(rowsOf(DWD, DAY)).containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void aComparisonFindsNothingNewBehindACompaction() {
    start(20261211);
    send(64);
    house.catchUp(house.jobs().jobs());
    house.seal(DAY, NEXT_DAY);
    house.batch(house.recomputed(), DAY, NEXT_DAY);
    List<String> first = compared(DAY);
    List<String> next = compared(NEXT_DAY);
    assertThat(rewritten(compact("ods.click"))).contains("dt=" + DAY, "dt=" + NEXT_DAY);
    assertThat(compared(DAY)).containsExactlyInAnyOrderElementsOf(first);
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());

    assertThat(rewritten(compact("dwd.click", "dws.click_tmin")))
        .as("the published day may be rewritten, the other waits")
        .doesNotContain("dt=" + NEXT_DAY);

    assertThat(compared(NEXT_DAY)).containsExactlyInAnyOrderElementsOf(next);
    verb(ExitCodes.OK, "publish", "--day", NEXT_DAY.toString());
    Answers.assertMainEqualsBatch(house, "published and compacted");
  }

  /** From now on the batch writes a file for each of its tasks, as it does with large days. */
  private void manyFiles() throws IOException {
    for (String job : List.of(DWD, DWS)) {
      table(job).updateProperties().set("write.distribution-mode", "none").commit();
    }
    Path environment = project.conf().resolve("env/local.yml");
    String text = Files.readString(environment);
    Files.writeString(environment, text.replace("shuffle.partitions: 1", "shuffle.partitions: 4"));
    house = project.open(FaultProject.LOCAL);
  }

  private void publish() {
    house.seal(DAY, DAY);
    house.batch(house.recomputed(), DAY, DAY);
    verb(ExitCodes.OK, "reconcile", "--day", DAY.toString());
    verb(ExitCodes.OK, "publish", "--day", DAY.toString());
  }

  /** What the comparisons of a day have found: one answer, however often it was asked. */
  private List<String> compared(LocalDate day) {
    verb(ExitCodes.OK, "reconcile", "--day", day.toString());
    List<String> found = new ArrayList<>();
    for (String table :
        List.of(
            "job, metric, within, stream_total, batch_total, differing_keys, compared_keys FROM"
                + " ops.reconciliation_metric",
            "job, metric, cause, keys, part FROM ops.reconciliation_cause")) {
      house
          .lake()
          .spark()
          .sql("SELECT DISTINCT %s WHERE dt = DATE'%s'".formatted(table, day))
          .collectAsList()
          .forEach(row -> found.add(row.toString()));
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  private void send(int count) {
    clicks.send(project, "click", count);
  }

  private CompactionReport compact(String... tables) {
    Instant later = Instant.now().plus(LATER);
    CompactionReport report =
        house
            .compaction(() -> later, CompactionListener.SILENT)
            .run(
                tables.length == 0
                    ? CompactorMain.all(house)
                    : CompactorMain.only(List.of(tables).stream().map(TableName::parse).toList()));
    assertThat(report.outcomes())
        .allSatisfy(
            each -> {
              assertThat(each.detail()).isEmpty();
              assertThat(each.groupsDone()).isEqualTo(each.planned().groups().size());
            });
    return report;
  }

  private static List<String> rewritten(CompactionReport report) {
    return report.outcomes().stream()
        .map(RewriteOutcome::planned)
        .map(planned -> planned.partition())
        .toList();
  }

  /** When snapshots of now are older than the retention. */
  private void assertVacuumed() {
    List<TableVacuum> outcomes =
        new Vacuum(
                house.lake(),
                house.jobs(),
                new Policies(List.of()),
                new Vacuum.Settings(
                    Instant.now().plus(AGE).plusSeconds(1), AGE, AGE.plus(AGE).plusSeconds(1)),
                VacuumListener.SILENT)
            .run(List.of());
    assertThat(outcomes).allSatisfy(each -> assertThat(each.failures()).isEmpty());
    assertThat(outcomes).allSatisfy(each -> assertThat(each.refusals()).isEmpty());
    assertThat(outcomes)
        .as("nothing that compaction writes down is unknown to the expiry")
        .allSatisfy(
            each ->
                assertThat(each.holds(Instant.MAX).keySet())
                    .noneMatch(who -> who.contains("knows nothing")));
  }

  /** Paths of data files by partition. */
  private Map<String, List<String>> filesByDay(String job) {
    Table table = table(job);
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      List<FileScanTask> all = new ArrayList<>();
      tasks.forEach(all::add);
      return all.stream()
          .collect(
              Collectors.groupingBy(
                  task -> table.spec().partitionToPath(task.file().partition()),
                  Collectors.mapping(
                      task -> task.file().location(),
                      Collectors.collectingAndThen(
                          Collectors.toList(), paths -> paths.stream().sorted().toList()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Row> rowsOf(String job, LocalDate day) {
    return house.main(job(job)).where("dt = DATE'" + day + "'").collectAsList();
  }

  private JobSpec job(String name) {
    return house.jobs().job(name);
  }

  private Table table(String job) {
    return house.lake().load(job(job).output());
  }

  private void verb(int code, String... arguments) {
    VerbAnswer.of(project.conf(), arguments).with(code);
  }
}
