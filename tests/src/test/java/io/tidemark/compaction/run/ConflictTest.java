package io.tidemark.compaction.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.compaction.plan.Group;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Rewrite;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Due;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Interpreted;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of files that another writer comes before: given up, at once, with nothing left. */
@AnyZone
class ConflictTest {
  private static final TableName NAME = TableName.parse("dwd.event");
  private static final LocalDate DAY = LocalDate.of(2026, 1, 15);
  private static final String PARTITION = "dt=" + DAY;
  private static final int FILES = 6;
  private static final CompactionPolicy POLICY = CompactionPolicy.defaultFor(NAME);
  private static final CompactionPolicy DELETES_ALONE =
      policy(new Due(1000, 1, 1, 1000, 1000, Duration.ofDays(300)), POLICY.targetFileSize());

  private static final Instant END = Instant.EPOCH.plusSeconds(10);

  @TempDir private Path home;
  private Instant now = Instant.EPOCH;
  private LocalLakehouse house;
  private Lakehouse lake;

  @BeforeEach
  void writeTable() throws IOException {
    Path environment = home.resolve("conf/env/local.yml");
    Files.createDirectories(environment.getParent());
    Files.createDirectories(home.resolve("conf/jobs"));
    Files.writeString(
        environment,
        """
        time-zone: UTC
        catalog: { type: embedded, warehouse: "%s" }
        checkpoints: "%s"
        kafka: { bootstrap-servers: "localhost:1" }
        spark:
          spark.master: local[2]
          spark.ui.enabled: false
        """
                .formatted(home.resolve("warehouse"), home.resolve("checkpoints"))
            + Interpreted.yaml());
    Files.writeString(
        home.resolve("conf/jobs/ods.yml"),
        """
        job: ods_e
        topic: e
        columns: { id: bigint, at: { type: timestamp, format: epoch-millis, required: true } }
        event-time: { column: at }
        output: ods.e
        """);
    house = LocalLakehouse.open(home.resolve("conf"), "local");
    lake = house.lake();
    lake.ensure(
        NAME,
        StructType.fromDDL("dt DATE, id BIGINT"),
        Map.of("write.delete.mode", "merge-on-read"));
    for (int i = 0; i < FILES; i++) {
      sql("INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'" + DAY + "', id FROM range(10)");
    }
  }

  @Test
  void aGroupIsStoppedAsSoonAsRowsOfItsFilesAreDeleted() {
    RewriteOutcome outcome =
        run(
            (chosen, token) -> {
              Table table = lake.load(NAME);
              PartitionFiles files = PartitionFiles.of(table, PARTITION, DAY);
              ScanTaskSetManager.get().stageTasks(table, "held", files.smallestFirst());
              sql("DELETE FROM %s WHERE id = 3");
              try {
                runUntilCancelled();
              } finally {
                ScanTaskSetManager.get().removeTasks(table, "held");
              }
              return true;
            });

    assertThat(outcome.groupsConflicted()).isEqualTo(1);
    assertThat(outcome.groupsFailed()).isZero();
    assertThat(outcome.detail()).contains("deleted rows of them");
    assertThat(outcome.failed()).isFalse();
  }

  @Test
  void nothingIsLeftOfAGroupThatLosesItsCommit() {
    MaintainedTable table =
        new MaintainedTable(lake.load(NAME), () -> sql("DELETE FROM %s WHERE id = 3"));

    RewriteOutcome outcome = run(staged(table));

    assertThat(outcome.groupsConflicted()).isEqualTo(1);
    assertThat(outcome.filesRemoved()).isZero();
    assertThat(sql("SELECT count(*) FROM %s")).isEqualTo(FILES * 9L);
    assertThat(parquetFiles()).isEqualTo(FILES + deleteFiles());
  }

  @Test
  void appendsAreNoConflict() {
    MaintainedTable table =
        new MaintainedTable(
            lake.load(NAME), () -> sql("INSERT INTO %s VALUES (DATE'" + DAY + "', 99)"));

    RewriteOutcome outcome = run(staged(table));

    assertThat(outcome.groupsDone()).isEqualTo(1);
    assertThat(outcome.filesRemoved()).isEqualTo(FILES);
    assertThat(outcome.filesAdded()).isEqualTo(1);
    assertThat(sql("SELECT count(*) FROM %s")).isEqualTo(FILES * 10L + 1);
    assertThat(PartitionFiles.of(lake.load(NAME), PARTITION, DAY).smallestFirst()).hasSize(2);
  }

  /** Whoever rewrote the files was killed before the delete files went. */
  @Test
  void deleteFilesThatAnInterruptedRewriteHasLeftGo() {
    sql("DELETE FROM %s WHERE id = 3");
    run(staged(new MaintainedTable(lake.load(NAME), () -> {})));
    long left = deleteFiles();
    int files = PartitionFiles.of(lake.load(NAME), PARTITION, DAY).smallestFirst().size();

    CompactionReport report = compact(DELETES_ALONE);

    assertThat(left).isPositive();
    assertThat(deleteFiles()).isZero();
    assertThat(report.total(RewriteOutcome::deleteFilesRemoved)).isEqualTo(left);
    assertThat(report.total(RewriteOutcome::filesAdded)).as("files rewritten for it").isZero();
    assertThat(report.failed()).isFalse();
    assertThat(files).isEqualTo(1);
    assertThat(sql("SELECT count(*) FROM %s")).isEqualTo(FILES * 9L);
    assertThat(compact(DELETES_ALONE).outcomes()).isEmpty();
  }

  /** What is committed between two groups is no conflict of the second one. */
  @Test
  void aGroupBeginsWithItsFilesAsTheyAreByThen() {
    MaintainedTable table = new MaintainedTable(lake.load(NAME), () -> {});
    Rewrite rewrite = rewrite(2);
    List<String> steps = new ArrayList<>();
    CompactionListener deleting =
        (name, step, what) -> {
          if (step == Step.GROUP_COMMITTED && !steps.contains(step.name())) {
            sql("DELETE FROM %s WHERE id = 3");
          }
          steps.add(step.name());
        };

    RewriteOutcome outcome = run(staged(table, rewrite), rewrite, table, deleting);

    assertThat(outcome.detail()).isEmpty();
    assertThat(outcome.groupsDone()).isEqualTo(2);
    assertThat(outcome.filesRemoved()).isEqualTo(FILES);
    assertThat(outcome.filesAdded()).isEqualTo(2);
    assertThat(steps)
        .containsExactly(
            "GROUP_STARTED", "GROUP_COMMITTED", "GROUP_STARTED", "GROUP_COMMITTED", "REWRITE_DONE");
    assertThat(sql("SELECT count(*) FROM %s")).isEqualTo(FILES * 9L);
    assertThat(sql("SELECT count(*) FROM %s WHERE id = 3")).isZero();
  }

  /** Of the size that the table's writers make, a partition would be due for ever. */
  @Test
  void filesAreOfTheSizeThatThePolicyWants() {
    sql("ALTER TABLE %s SET TBLPROPERTIES ('write.target-file-size-bytes' = '1')");
    sql("INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'" + DAY + "', id FROM range(5000)");
    int before = PartitionFiles.of(lake.load(NAME), PARTITION, DAY).smallestFirst().size();

    RewriteOutcome outcome = run(staged(new MaintainedTable(lake.load(NAME), () -> {})), before);

    assertThat(before).isGreaterThan(FILES + 1);
    assertThat(outcome.filesRemoved()).isEqualTo(before);
    assertThat(outcome.filesAdded()).isEqualTo(1);
  }

  /** Files of a hot partition are chosen here, and rows keep their ids as in a settled one. */
  @Test
  void rowsOfAHotPartitionKeepTheirIds() {
    sql("ALTER TABLE %s SET TBLPROPERTIES ('format-version' = '3')");
    sql("INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'" + DAY + "', id FROM range(10, 20)");
    List<String> before = rowIds();

    CompactionReport report = compact(hotFrom(2), Duration.ZERO);

    assertThat(report.outcomes())
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.planned().scope()).isEqualTo(Scope.SMALLEST_FILES);
              assertThat(outcome.filesRemoved()).isEqualTo(FILES);
              assertThat(outcome.filesAdded()).isEqualTo(1);
            });
    assertThat(rowIds()).isEqualTo(before).hasSize(FILES * 10 + 10).doesNotHaveDuplicates();
  }

  private List<String> rowIds() {
    return lake
        .spark()
        .sql("SELECT _row_id, id FROM " + lake.identifier(NAME) + " ORDER BY _row_id")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private static CompactionPolicy hotFrom(long files) {
    return policy(POLICY.due(), POLICY.targetFileSize(), new Hot(POLICY.hot().quiet(), files));
  }

  @Test
  void deletionVectorsAreFoldedAndTheRowsThatAreLeftKeepTheirIds() {
    sql("ALTER TABLE %s SET TBLPROPERTIES ('format-version' = '3')");
    sql("INSERT INTO %s SELECT /*+ COALESCE(1) */ DATE'" + DAY + "', id FROM range(10, 20)");
    sql("DELETE FROM %s WHERE id %% 5 = 3");
    List<String> before = rowIds();
    assertThat(sql("SELECT count(*) FROM %s.delete_files WHERE file_format = 'PUFFIN'"))
        .isEqualTo(FILES + 1);

    CompactionReport report = compact(DELETES_ALONE);

    assertThat(report.failed()).isFalse();
    assertThat(deleteFiles()).isZero();
    assertThat(PartitionFiles.of(lake.load(NAME), PARTITION, DAY).smallestFirst()).hasSize(1);
    assertThat(rowIds()).isEqualTo(before).hasSize((FILES + 1) * 8);
  }

  /** The day goes while its first group is committed. */
  @Test
  void ofAGroupWhoseFilesAreGoneNothingIsLeftToDo() {
    MaintainedTable table = new MaintainedTable(lake.load(NAME), () -> {});
    Rewrite rewrite = rewrite(3);
    CompactionListener dropping =
        (name, step, what) -> {
          if (step == Step.GROUP_COMMITTED) {
            sql("DELETE FROM %s");
          }
        };

    RewriteOutcome outcome = run(staged(table, rewrite), rewrite, table, dropping);

    assertThat(outcome.groupsDone()).isEqualTo(1);
    assertThat(outcome.groupsConflicted() + outcome.groupsFailed()).isZero();
    assertThat(sql("SELECT count(*) FROM %s")).isZero();
  }

  @Test
  void noGroupBeginsWhenTheTimeIsUsedUp() {
    MaintainedTable table = new MaintainedTable(lake.load(NAME), () -> {});
    Rewrite rewrite = rewrite(2);
    CompactionListener late =
        (name, step, what) -> {
          if (step == Step.GROUP_COMMITTED) {
            now = END;
          }
        };

    RewriteOutcome outcome = run(staged(table, rewrite), rewrite, table, late);

    assertThat(outcome.groupsDone()).isEqualTo(1);
    assertThat(outcome.filesRemoved()).isEqualTo(FILES / 2);
    assertThat(outcome.detail()).isEqualTo("the time was used up before group 2");
    assertThat(outcome.failed()).isFalse();
  }

  /** The seal comes when the group's files are written. */
  @Test
  void aGroupOfADayThatIsSealedIsGivenUpBeforeItsCommitAndNoOtherBegins() {
    String why = "day 2026-01-15 was sealed meanwhile, and is left alone";
    MaintainedTable table =
        new MaintainedTable(
            lake.load(NAME),
            () -> {
              throw new LeasedException(why);
            });
    Rewrite rewrite = rewrite(2);
    List<Step> steps = new ArrayList<>();

    RewriteOutcome outcome =
        run(staged(table, rewrite), rewrite, table, (name, step, what) -> steps.add(step));

    assertThat(outcome.detail()).isEqualTo(why);
    assertThat(outcome.groupsConflicted()).isEqualTo(1);
    assertThat(outcome.failed()).isFalse();
    assertThat(steps).containsExactly(Step.GROUP_STARTED, Step.GROUP_CONFLICTED, Step.REWRITE_DONE);
    assertThat(parquetFiles()).isEqualTo(FILES);
  }

  @Test
  void whatCannotBeReadEndsTheVerbWithAFailureAndIsDoneOnceItCanBe() throws IOException {
    Path conf = home.resolve("conf");
    VerbAnswer.of(conf, "compact", "dwd.evnt").with(ExitCodes.REFUSED);
    Path metadata = Path.of(URI.create(lake.load(NAME).location()).getPath(), "metadata");
    Path away = metadata.resolveSibling("away");
    Files.move(metadata, away);
    try {
      VerbAnswer answer =
          VerbAnswer.of(conf, "compact", NAME.toString(), "--json").with(ExitCodes.FAILURE);
      assertThat(answer.out()).containsPattern("\"unreadable\" : \\{\\s+\"dwd.event\" : \"");
    } finally {
      Files.move(away, metadata);
    }
    assertThat(recorded()).containsExactly("failed");

    VerbAnswer.of(conf, "compact", NAME.toString()).with(ExitCodes.OK);

    assertThat(recorded()).containsExactly("failed", "done");
  }

  private List<String> recorded() {
    return lake
        .spark()
        .sql(
            "SELECT outcome FROM ops.maintenance_run WHERE table_name = '%s' ORDER BY started_at"
                .formatted(NAME))
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void aTableOfAHistoryThatIsNamedIsToldOf() {
    sql("ALTER TABLE %s SET TBLPROPERTIES ('" + Lakehouse.HISTORY + "' = 'users')");

    VerbAnswer answer =
        VerbAnswer.of(home.resolve("conf"), "compact", NAME.toString(), "--dry-run")
            .with(ExitCodes.OK);

    assertThat(answer.err()).contains("note: dwd.event belongs to a history of users");
  }

  private RewriteOutcome run(GroupRewrite way) {
    return run(way, FILES);
  }

  private RewriteOutcome run(GroupRewrite way, int files) {
    return run(way, rewrite(1, files), lake.load(NAME), CompactionListener.SILENT);
  }

  private static Rewrite rewrite(int groups) {
    return rewrite(groups, FILES / groups);
  }

  /** Groups of so many files each. */
  private static Rewrite rewrite(int groups, int files) {
    return new Rewrite(
        NAME,
        PARTITION,
        DAY,
        Scope.SMALLEST_FILES,
        List.of(),
        IntStream.rangeClosed(1, groups)
            .mapToObj(number -> new Group(number, files, files - 1, 1000, 0, 1))
            .toList(),
        groups,
        false);
  }

  private RewriteOutcome run(
      GroupRewrite way, Rewrite rewrite, Table table, CompactionListener listener) {
    RewriteRun run =
        new RewriteRun(rewrite, lake.spark().sparkContext(), () -> now, listener, () -> false);
    GroupFiles files =
        GroupFiles.of(
            rewrite, PartitionFiles.of(lake.load(NAME), PARTITION, DAY), POLICY, file -> false);
    run.run(way, Optional.of(files), table, lake.load(NAME), END, Optional::empty);
    return run.outcome(false);
  }

  private StagedRewrite staged(MaintainedTable table) {
    return staged(table, rewrite(1));
  }

  private StagedRewrite staged(MaintainedTable table, Rewrite rewrite) {
    return new StagedRewrite(lake.spark(), table, rewrite, Optional.empty(), POLICY);
  }

  /** When nobody has written for two hours. */
  private CompactionReport compact(CompactionPolicy policy) {
    return compact(policy, Duration.ofHours(2));
  }

  private CompactionReport compact(CompactionPolicy policy, Duration quiet) {
    Instant later = Instant.now().plus(quiet);
    return new Compaction(
            lake,
            house.jobs(),
            house.tables(),
            new Policies(List.of(policy)),
            () -> later,
            CompactionListener.SILENT)
        .run(new Compaction.Order(List.of(NAME), Wish.UNLIMITED, null, 2));
  }

  private static CompactionPolicy policy(Due due, long targetFileSize) {
    return policy(due, targetFileSize, POLICY.hot());
  }

  private static CompactionPolicy policy(Due due, long targetFileSize, Hot hot) {
    return new CompactionPolicy(
        NAME,
        targetFileSize,
        POLICY.smallFile(),
        POLICY.groupSize(),
        due,
        hot,
        POLICY.budget(),
        POLICY.rate(),
        POLICY.lease(),
        POLICY.zOrder(),
        POLICY.maintenance());
  }

  /** A job that has no end of its own. */
  private void runUntilCancelled() {
    JavaSparkContext.fromSparkContext(lake.spark().sparkContext())
        .parallelize(List.of(1), 1)
        .foreach(
            one -> {
              while (!TaskContext.get().isInterrupted()) {
                LockSupport.parkNanos(1_000_000);
              }
            });
  }

  private long deleteFiles() {
    return sql("SELECT count(*) FROM %s.delete_files");
  }

  private long parquetFiles() {
    try (Stream<Path> files =
        Files.walk(Path.of(URI.create(lake.load(NAME).location()).getPath()))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a statement; a number that it finds, or 0. */
  private long sql(String text) {
    var rows = lake.spark().sql(text.formatted(lake.identifier(NAME))).collectAsList();
    return text.startsWith("SELECT") ? rows.get(0).getLong(0) : 0;
  }
}
