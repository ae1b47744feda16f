package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.run.BatchRun;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.ReconcilePolicy;
import io.tidemark.jobs.spec.ReconcilePolicy.Publish;
import io.tidemark.jobs.spec.Tolerance;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.reconciliation.publish.JobOutcome;
import io.tidemark.reconciliation.publish.JobOutcome.Status;
import io.tidemark.reconciliation.publish.Publishing;
import io.tidemark.reconciliation.publish.Publishing.Wish;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days of real tables, published and put back; each test has days of its own. */
@Tag("any-zone")
class PublishingTest {
  private static final LocalDate PLAIN = LocalDate.parse("2026-01-01");
  private static final LocalDate PENDING = LocalDate.parse("2026-01-02");
  private static final LocalDate OUTSIDE = LocalDate.parse("2026-01-03");
  private static final LocalDate CHANGED = LocalDate.parse("2026-01-04");
  private static final LocalDate KEPT = LocalDate.parse("2026-01-05");
  private static final LocalDate REWRITTEN = LocalDate.parse("2026-01-06");
  private static final LocalDate DELETED = LocalDate.parse("2026-01-07");
  private static final LocalDate NOT_COMPARED = LocalDate.parse("2026-01-08");
  private static final LocalDate EMPTY = LocalDate.parse("2026-01-09");
  private static final LocalDate ALONE = LocalDate.parse("2026-01-10");
  private static final LocalDate BY_HAND = LocalDate.parse("2026-01-11");
  private static final LocalDate BESIDE = LocalDate.parse("2026-01-12");
  private static final LocalDate FAILING = LocalDate.parse("2026-01-13");
  private static final LocalDate LEDGER = LocalDate.parse("2026-01-14");
  private static final LocalDate RACED = LocalDate.parse("2026-01-15");
  private static final LocalDate UPDATED = LocalDate.parse("2026-01-16");
  private static final LocalDate LAST = UPDATED;
  private static final LocalDate UNSEALED = LocalDate.parse("2026-02-01");
  private static final Wish NAMED = new Wish(true, Optional.empty());
  private static final Wish ACCEPTED = new Wish(false, Optional.of("it was looked into"));

  @TempDir static Path folder;
  private static TestLake test;
  private static Publishing publishing;

  @BeforeAll
  static void makeBothSides() {
    test = new TestLake(folder, "SELECT id, u, ch, n, price, amount, source.* FROM input");
    PLAIN.datesUntil(LAST.plusDays(1)).filter(day -> !day.equals(EMPTY)).forEach(test::day);
    test.ingest();
    test.seal(TestLake.days(PLAIN, LAST));
    test.catchUp(test.dwd, test.hourly, test.running);
    test.batch(TestLake.days(PLAIN, LAST));
    publishing = new Publishing(test.lake, test.jobs);
  }

  @Test
  void aPublishedDayReadsAsTheBatchAndStreamsGoOn() {
    String positionBefore = position();
    reconcile(PLAIN);

    assertThat(publish(PLAIN, Wish.BY_POLICY)).containsOnly(Status.DONE);

    for (JobSpec job : all()) {
      assertSame(seen(job, main(job), PLAIN), seen(job, offline(job), PLAIN));
      // One row per key, where the stream had one per key and micro-batch that changed it.
      assertSame(stored(main(job), PLAIN), stored(offline(job), PLAIN));
      assertThat(stored(main(job), PLAIN).count()).isPositive();
    }
    test.row(UNSEALED, "new", "u1", "c0", 1L, 1.0, 9, 1);
    test.ingest();
    test.catchUp(test.dwd, test.hourly, test.running);
    assertThat(stored(main(test.dwd), UNSEALED).count()).isEqualTo(1);
    assertThat(seen(test.hourly, main(test.hourly), UNSEALED).first().<Long>getAs("pv"))
        .isEqualTo(1L);
    assertSame(stored(main(test.dwd), PLAIN), stored(offline(test.dwd), PLAIN));
    assertSame(stored(main(test.hourly), PLAIN), stored(offline(test.hourly), PLAIN));
    assertThat(position()).isNotEqualTo(positionBefore);
  }

  @Test
  void pendingRowsComeInByALaterCut() {
    reconcile(PENDING);
    publish(PENDING, Wish.BY_POLICY);
    long before = stored(main(test.dwd), PENDING).count();
    test.row(PENDING, "late", "u7", "c0", 5L, 5.0, 9, 300);
    test.ingest();
    test.catchUp(test.dwd, test.hourly, test.running);
    assertThat(stored(main(test.dwd), PENDING).count()).isEqualTo(before);

    test.sealAgain(PENDING);

    // What was published is of another cut now.
    assertThat(publish(PENDING, Wish.BY_POLICY))
        .containsExactly(Status.NOT_READY, Status.BLOCKED, Status.BLOCKED);
    assertThat(reconcile(PENDING)).isFalse();
    assertThat(publish(PENDING, Wish.BY_POLICY))
        .containsExactly(Status.OUTSIDE, Status.BLOCKED, Status.BLOCKED);
    assertThat(publish(PENDING, ACCEPTED)).containsOnly(Status.DONE);
    assertThat(stored(main(test.dwd), PENDING).where("id = 'late'").count()).isEqualTo(1);
    assertThat(stored(main(test.dwd), PENDING).count()).isEqualTo(before + 1);
    for (JobSpec job : all()) {
      assertSame(seen(job, main(job), PENDING), seen(job, offline(job), PENDING));
    }
    assertThat(reconcile(PENDING)).isTrue();
    assertThat(ledger(PENDING, test.dwd, "action, reason"))
        .extracting(Row::toString)
        .containsExactly("[publish,]", "[publish,it was looked into]");

    // Back to what was published first, and no further.
    assertThat(undo(PENDING)).containsOnly(Status.DONE);
    assertThat(stored(main(test.dwd), PENDING).count()).isEqualTo(before);
    assertThat(publishing.undo(all(), PENDING))
        .allSatisfy(outcome -> assertThat(outcome.text()).contains("put back already"));
    assertThat(stored(main(test.dwd), PENDING).count()).isEqualTo(before);
  }

  @Test
  void aJobAloneWaitsUntilWhatItReadsIsPublished() {
    reconcile(ALONE);
    long head = head(test.hourly);

    JobOutcome alone = publishing.publish(List.of(test.hourly), ALONE, NAMED).get(0);

    assertThat(alone.status()).isEqualTo(Status.HELD_BACK);
    assertThat(alone.text()).contains("the batch of dwd_e, which is not on main");
    assertThat(alone.next())
        .containsExactly("./tidemark publish --day 2026-01-10 --job dwd_e --job dws_e_1h");
    assertThat(head(test.hourly)).isEqualTo(head);
    assertThat(publish(ALONE, NAMED, test.dwd)).containsOnly(Status.DONE);
    assertThat(publish(ALONE, NAMED, test.hourly)).containsOnly(Status.DONE);
    assertThat(publish(ALONE, NAMED, test.running)).containsOnly(Status.DONE);

    undo(ALONE, test.dwd, test.running);
    reconcile(ALONE, test.running);
    assertThat(publish(ALONE, NAMED, test.running)).containsOnly(Status.HELD_BACK);
    // What is there stays there.
    assertThat(publish(ALONE, NAMED, test.hourly)).containsOnly(Status.DONE);
  }

  @Test
  void whatAPolicyLeavesOutHoldsNobodyBack() {
    TransformSpec never =
        new TransformSpec(
            test.dwd.name(),
            "",
            "",
            test.dwd.inputs(),
            test.dwd.lookups(),
            test.dwd.flatten(),
            test.dwd.dedupeKey(),
            test.dwd.output(),
            new ReconcilePolicy(
                Tolerance.ofShare(0), Map.of(), Publish.NEVER, ReconcilePolicy.Notify.ALWAYS));
    JobCatalog jobs = new JobCatalog(List.of(test.ods, never, test.hourly));
    reconcile(BESIDE, test.hourly);

    List<JobOutcome> outcomes =
        new Publishing(test.lake, jobs).publish(List.of(test.hourly), BESIDE, NAMED);

    assertThat(outcomes).extracting(JobOutcome::status).containsOnly(Status.DONE);
    undo(BESIDE, test.hourly);
  }

  @Test
  void rowsThatSomebodyPutOnTheOfflineBranchAreNotPublished() {
    test.sql(
        "INSERT INTO %s SELECT * FROM %1$s WHERE dt = DATE'%s' AND id = 'a1'"
            .formatted(offline(test.dwd), BY_HAND));
    long head = head(test.dwd);
    reconcile(BY_HAND, test.dwd);

    JobOutcome changed = publishing.publish(List.of(test.dwd), BY_HAND, ACCEPTED).get(0);

    assertThat(changed.status()).isEqualTo(Status.REFUSED);
    assertThat(changed.text()).contains("somebody changed");
    assertThat(changed.next())
        .containsExactly(
            "./tidemark run dwd_e --mode batch --day 2026-01-11",
            "./tidemark reconcile --day 2026-01-11 --job dwd_e",
            "./tidemark publish --day 2026-01-11 --job dwd_e");
    assertThat(head(test.dwd)).isEqualTo(head);
    // Other days of the same branch are as their batch left them.
    reconcile(BESIDE, test.dwd);
    assertThat(publish(BESIDE, Wish.BY_POLICY, test.dwd)).containsOnly(Status.DONE);

    batch(test.dwd, BY_HAND);
    reconcile(BY_HAND, test.dwd);
    assertThat(publish(BY_HAND, Wish.BY_POLICY, test.dwd)).containsOnly(Status.DONE);
    assertThat(stored(main(test.dwd), BY_HAND).where("id = 'a1'").count()).isEqualTo(1);
  }

  @Test
  void aJobThatFailsHidesNoOther() {
    AggregateSpec broken =
        new AggregateSpec(
            "dws_broken_1h",
            "",
            "",
            test.dwd.output(),
            test.hourly.dimensions(),
            test.hourly.window(),
            test.hourly.lateness(),
            test.hourly.metrics(),
            TableName.parse("dws.broken_1h"),
            test.hourly.reconcile());
    JobCatalog jobs =
        new JobCatalog(List.of(test.ods, test.dwd, test.hourly, broken, test.running));
    Table lost = new JobTables(test.lake, jobs).ensure(broken);
    lost.io().deleteFile(((HasTableOperations) lost).operations().current().metadataFileLocation());
    reconcile(FAILING);
    List<JobOutcome> told = new ArrayList<>();

    List<JobOutcome> outcomes =
        new Publishing(test.lake, jobs, (day, outcome) -> told.add(outcome))
            .publish(List.of(test.dwd, test.hourly, broken, test.running), FAILING, Wish.BY_POLICY);

    assertThat(outcomes)
        .extracting(JobOutcome::status)
        .containsExactly(Status.DONE, Status.DONE, Status.FAILED, Status.DONE);
    assertThat(outcomes.get(2).text()).startsWith("failed: ");
    assertThat(told).isEqualTo(outcomes);
    assertThat(ledger(FAILING, test.running, "action")).hasSize(1);
  }

  @Test
  void ofTwoWhoWriteTheLedgerAtOnceNeitherIsLost() {
    reconcile(LEDGER, test.dwd);
    publish(LEDGER, Wish.BY_POLICY, test.dwd);
    List<Optional<Long>> asked = new ArrayList<>();

    new ResultTables(test.lake)
        .replace(
            PublicationTable.NAME,
            PublicationTable.SCHEMA,
            base -> {
              List<Row> rows =
                  test.lake
                      .readAsOf(PublicationTable.NAME, base.orElseThrow())
                      .where("dt = DATE'%s' AND job = 'dwd_e'".formatted(LEDGER))
                      .collectAsList();
              asked.add(base);
              if (asked.size() == 1) {
                undo(LEDGER, test.dwd);
              }
              return rows;
            },
            LEDGER,
            List.of("dwd_e"));

    assertThat(asked).hasSize(2);
    assertThat(ledger(LEDGER, test.dwd, "action"))
        .extracting(row -> row.getString(0))
        .containsExactly("publish", "undo");
  }

  @Test
  void anUndoBesideAStreamAndACompactionLosesNothing() throws Exception {
    int added = 12;
    test.sql("ALTER TABLE dwd.e SET TBLPROPERTIES ('commit.retry.num-retries' = '50')");
    reconcile(RACED, test.dwd);
    long before = stored(main(test.dwd), RACED).count();
    publish(RACED, Wish.BY_POLICY, test.dwd);
    long published = head(test.dwd);
    CountDownLatch begun = new CountDownLatch(2);
    ExecutorService others = Executors.newFixedThreadPool(2);
    try {
      Future<?> stream =
          others.submit(
              () -> {
                for (int i = 0; i < added; i++) {
                  insertCopy(RACED, published);
                  begun.countDown();
                }
              });
      Future<Integer> compaction =
          others.submit(
              () -> {
                int rewrites = 0;
                for (int i = 0; i < 5; i++) {
                  rewrites += rewrite(RACED) ? 1 : 0;
                }
                return rewrites;
              });

      assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(undo(RACED, test.dwd)).containsOnly(Status.DONE);
      stream.get(2, TimeUnit.MINUTES);
      assertThat(compaction.get(2, TimeUnit.MINUTES)).isPositive();
    } finally {
      others.shutdownNow();
    }

    assertThat(stored(main(test.dwd), RACED).where("id = 'a1'").count()).isEqualTo(1 + added);
    assertThat(stored(main(test.dwd), RACED).count()).isEqualTo(before + added);
    assertThat(stored(main(test.dwd), RACED).select("id").distinct().count()).isEqualTo(8);
  }

  /** A row that comes to the day on main, as it was in a snapshot. */
  private static void insertCopy(LocalDate day, long snapshot) {
    test.lake
        .newSession()
        .spark()
        .sql(
            "INSERT INTO %s SELECT * FROM %1$s VERSION AS OF %d WHERE dt = DATE'%s' AND id = 'a1'"
                .formatted(main(test.dwd), snapshot, day));
  }

  /** Whether files of a day were rewritten; a rewrite that meets an undo gives up, as it should. */
  private static boolean rewrite(LocalDate day) {
    try {
      return test.lake
              .newSession()
              .spark()
              .sql(
                  "CALL %s.system.rewrite_data_files(table => 'dwd.e', where => 'dt = DATE''%s''', options => map('rewrite-all', 'true'))"
                      .formatted(test.lake.environment().catalog().name(), day))
              .first()
              .getInt(0)
          > 0;
    } catch (RuntimeException e) {
      assertThat(e).hasStackTraceContaining("Cannot commit rewrite");
      return false;
    }
  }

  private static void batch(JobSpec job, LocalDate day) {
    new BatchRun(test.lake, test.jobs, test.tables, report -> {}).run(job, TestLake.days(day, day));
  }

  @Test
  void aDayBeyondToleranceIsNotPublishedAndSaysWhatToDo() {
    test.sql("DELETE FROM dwd.e WHERE dt = DATE'%s' AND id IN ('a1', 'a2')".formatted(OUTSIDE));
    reconcile(OUTSIDE, test.dwd, test.hourly);
    long head = head(test.dwd);
    assertThat(publish(OUTSIDE, ACCEPTED, test.hourly)).containsOnly(Status.BEHIND_OUTSIDE);

    List<JobOutcome> outcomes =
        publishing.publish(List.of(test.dwd, test.hourly), OUTSIDE, Wish.BY_POLICY);

    assertThat(outcomes.get(0).status()).isEqualTo(Status.OUTSIDE);
    assertThat(outcomes.get(0).next())
        .containsExactly(
            "./tidemark publish --day 2026-01-03 --job dwd_e --accept 'why it is right all the"
                + " same'");
    assertThat(outcomes).extracting(JobOutcome::status).contains(Status.BLOCKED);
    // The verdict is one by tolerances that are no longer those of the job.
    JobOutcome tolerant =
        publishing.publish(List.of(tolerating(0.9)), OUTSIDE, Wish.BY_POLICY).get(0);
    assertThat(tolerant.status()).isEqualTo(Status.NOT_READY);
    assertThat(tolerant.text()).isEqualTo("was compared with other tolerances than it has now");
    assertThat(tolerant.next())
        .containsExactly("./tidemark reconcile --day 2026-01-03 --job dwd_e");
    assertThat(head(test.dwd)).isEqualTo(head);
    assertThat(publish(OUTSIDE, ACCEPTED, test.dwd, test.hourly)).containsOnly(Status.DONE);
    // Published once, it needs no reason again.
    assertThat(publish(OUTSIDE, Wish.BY_POLICY, test.dwd, test.hourly)).containsOnly(Status.DONE);
    assertThat(ledger(OUTSIDE, test.dwd, "reason")).hasSize(1);

    // Why the day differed stays on record while it is as it was published, and no longer.
    List<Row> causes = causes(OUTSIDE);
    assertThat(causes).extracting(row -> row.getString(0)).containsExactly("lost");
    assertThat(reconcile(OUTSIDE, test.dwd)).isTrue();
    assertThat(causes(OUTSIDE)).isEqualTo(causes);
    insertCopy(OUTSIDE);
    assertThat(reconcile(OUTSIDE, test.dwd)).isFalse();
    assertThat(causes(OUTSIDE)).extracting(row -> row.getString(0)).containsExactly("doubled");
  }

  /** Why rows of the transform differed, and in which comparison. */
  private static List<Row> causes(LocalDate day) {
    return test.lake
        .spark()
        .sql(
            "SELECT cause, run_id FROM ops.reconciliation_cause WHERE dt = DATE'%s' AND job = 'dwd_e' AND metric = 'rows'"
                .formatted(day))
        .collectAsList();
  }

  @Test
  void aDayThatHasChangedSinceIsNotPublished() {
    reconcile(CHANGED, test.dwd);
    insertCopy(CHANGED);
    long head = head(test.dwd);

    List<JobOutcome> outcomes = publishing.publish(List.of(test.dwd), CHANGED, Wish.BY_POLICY);

    assertThat(outcomes.get(0).status()).isEqualTo(Status.NOT_READY);
    assertThat(outcomes.get(0).text()).contains("changed on main since it was compared");
    assertThat(outcomes.get(0).next())
        .containsExactly(
            "./tidemark reconcile --day 2026-01-04 --job dwd_e",
            "./tidemark publish --day 2026-01-04 --job dwd_e");
    assertThat(head(test.dwd)).isEqualTo(head);
  }

  @Test
  void aSecondCallChangesNothingAndMendsTheLedger() {
    reconcile(EMPTY, test.dwd);
    publish(EMPTY, Wish.BY_POLICY, test.dwd);
    long head = head(test.dwd);
    // As if it had not been written, and an earlier one, whose snapshot is gone, had been.
    test.sql(
        "UPDATE ops.publication SET snapshot = 4711, published_at = TIMESTAMP'2026-01-10 00:00:00' WHERE dt = DATE'%s'"
            .formatted(EMPTY));

    assertThat(publish(EMPTY, Wish.BY_POLICY, test.dwd)).containsOnly(Status.DONE);

    assertThat(head(test.dwd)).isEqualTo(head);
    List<Row> rows =
        ledger(EMPTY, test.dwd, "action, table_name, snapshot, rows, seconds, published_at");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).getLong(2)).isEqualTo(4711);
    assertThat(rows.get(0).isNullAt(4)).isFalse();
    Row row = rows.get(1);
    assertThat(row.getString(0)).isEqualTo("publish");
    assertThat(row.getString(1)).isEqualTo("dwd.e");
    assertThat(row.getLong(2))
        .isEqualTo(table(test.dwd).refs().get("publish_" + EMPTY + "_1").snapshotId());
    assertThat(row.getLong(3)).isZero();
    assertThat(row.isNullAt(4)).isTrue();
    assertThat(row.isNullAt(5)).isFalse();
  }

  @Test
  void anUndoRestoresWhatWasThereAndKeepsWhatCameSince() {
    reconcile(KEPT, test.dwd, test.hourly);
    List<Row> before = stored(main(test.hourly), KEPT).collectAsList();
    publish(KEPT, Wish.BY_POLICY, test.dwd, test.hourly);
    insertCopy(KEPT);
    String marker = TableState.of(table(test.dwd)).properties().toString();

    assertThat(undo(KEPT, test.dwd, test.hourly)).containsOnly(Status.DONE);

    assertThat(stored(main(test.hourly), KEPT).collectAsList())
        .containsExactlyInAnyOrderElementsOf(before);
    assertThat(stored(main(test.dwd), KEPT).where("id = 'a1'").count()).isEqualTo(2);
    assertThat(stored(main(test.dwd), KEPT).count()).isEqualTo(10);
    assertThat(TableState.of(table(test.dwd)).properties()).hasToString(marker);
    long head = head(test.dwd);
    assertThat(publishing.undo(List.of(test.dwd, test.hourly), KEPT))
        .allSatisfy(outcome -> assertThat(outcome.text()).contains("put back already"));
    assertThat(head(test.dwd)).isEqualTo(head);

    // The comparison it was published by is of a day that is no more.
    JobOutcome putBack = publishing.publish(List.of(test.dwd), KEPT, ACCEPTED).get(0);
    assertThat(putBack.status()).isEqualTo(Status.NOT_READY);
    assertThat(putBack.text()).isEqualTo("was put back since it was compared");
    assertThat(putBack.next())
        .containsExactly("./tidemark reconcile --day %s --job dwd_e".formatted(KEPT));
    reconcile(KEPT, test.dwd, test.hourly);
    assertThat(publish(KEPT, ACCEPTED, test.dwd, test.hourly)).containsOnly(Status.DONE);
    assertSame(stored(main(test.dwd), KEPT), stored(offline(test.dwd), KEPT));
    assertThat(ledger(KEPT, test.dwd, "action"))
        .extracting(row -> row.getString(0))
        .containsExactly("publish", "undo", "publish");
    assertThat(table(test.dwd).refs())
        .containsKeys(
            "publish_" + KEPT + "_2", "unpublished_" + KEPT + "_2", "undone_" + KEPT + "_1");
  }

  @Test
  void anUndoOfRewrittenFilesKeepsWhatCameSinceByItsRows() {
    reconcile(REWRITTEN, test.dwd);
    publish(REWRITTEN, Wish.BY_POLICY, test.dwd);
    insertCopy(REWRITTEN);
    test.sql(
        "CALL %s.system.rewrite_data_files(table => 'dwd.e', where => 'dt = DATE''%s''', options => map('rewrite-all', 'true'))"
            .formatted(test.lake.environment().catalog().name(), REWRITTEN));

    assertThat(undo(REWRITTEN, test.dwd)).containsOnly(Status.DONE);

    assertThat(stored(main(test.dwd), REWRITTEN).where("id = 'a1'").count()).isEqualTo(2);
    assertThat(stored(main(test.dwd), REWRITTEN).count()).isEqualTo(10);
  }

  @Test
  void aDayThatSomebodyUpdatedSinceIsNotPutBackBeforeThatIsTakenBack() {
    List<Row> before = stored(main(test.dwd), UPDATED).collectAsList();
    reconcile(UPDATED, test.dwd);
    publish(UPDATED, Wish.BY_POLICY, test.dwd);
    String update = "UPDATE dwd.e SET u = %s WHERE dt = DATE'" + UPDATED + "' AND id = 'a1'";
    test.sql(update.formatted("concat('not ', u)"));
    long head = head(test.dwd);

    JobOutcome refused = publishing.undo(List.of(test.dwd), UPDATED).get(0);

    assertThat(refused.status()).isEqualTo(Status.REFUSED);
    assertThat(refused.text())
        .contains("updated or deleted since (snapshot " + head + ", overwrite at ");
    assertThat(head(test.dwd)).isEqualTo(head);

    test.sql(update.formatted("substring(u, 5)"));
    assertThat(undo(UPDATED, test.dwd)).containsOnly(Status.DONE);
    assertThat(stored(main(test.dwd), UPDATED).collectAsList())
        .containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void anUndoBringsNoDeletedRowsBack() {
    test.sql("ALTER TABLE dwd.e SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read')");
    test.sql("DELETE FROM dwd.e WHERE dt = DATE'%s' AND id = 'a1'".formatted(DELETED));
    test.sql("ALTER TABLE dwd.e UNSET TBLPROPERTIES ('write.delete.mode')");
    List<Row> before = stored(main(test.dwd), DELETED).collectAsList();
    assertThat(before).hasSize(8);
    reconcile(DELETED, test.dwd);
    assertThat(publish(DELETED, ACCEPTED, test.dwd)).containsOnly(Status.DONE);
    assertThat(stored(main(test.dwd), DELETED).count()).isEqualTo(9);

    assertThat(undo(DELETED, test.dwd)).containsOnly(Status.DONE);

    assertThat(stored(main(test.dwd), DELETED).collectAsList())
        .containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void whatIsNotReadyIsToldApart() {
    assertThat(publishing.publish(List.of(test.dwd), NOT_COMPARED, Wish.BY_POLICY).get(0).next())
        .containsExactly("./tidemark reconcile --day 2026-01-08 --job dwd_e");
    assertThat(publish(UNSEALED, Wish.BY_POLICY))
        .containsExactly(Status.REFUSED, Status.BLOCKED, Status.BLOCKED);
    assertThat(undo(NOT_COMPARED)).containsOnly(Status.LEFT_OUT);
    reconcile(NOT_COMPARED, test.hourly);
    test.batchAgain(test.hourly, TestLake.days(NOT_COMPARED, NOT_COMPARED));
    assertThat(publishing.publish(List.of(test.hourly), NOT_COMPARED, ACCEPTED).get(0).text())
        .contains("was compared before");
  }

  private static List<JobSpec> all() {
    return List.of(test.dwd, test.hourly, test.running);
  }

  /** The transform as it is declared after somebody has changed its tolerance. */
  private static TransformSpec tolerating(double share) {
    TransformSpec dwd = test.dwd;
    return new TransformSpec(
        dwd.name(),
        dwd.description(),
        dwd.owner(),
        dwd.inputs(),
        dwd.lookups(),
        dwd.flatten(),
        dwd.dedupeKey(),
        dwd.output(),
        ReconcilePolicy.tolerating(share, Map.of()));
  }

  /** Compares and records; the verdict. */
  private static boolean reconcile(LocalDate day, JobSpec... jobs) {
    Reconciliation reconciliation = test.reconciliation();
    var result =
        reconciliation.compare(
            day, reconciliation.pin(chosen(jobs), TestLake.days(day, day)).get(day));
    reconciliation.record(result);
    return result.within();
  }

  private static List<JobSpec> chosen(JobSpec... jobs) {
    return jobs.length == 0 ? all() : List.of(jobs);
  }

  private static List<Status> publish(LocalDate day, Wish wish, JobSpec... jobs) {
    return publishing.publish(chosen(jobs), day, wish).stream().map(JobOutcome::status).toList();
  }

  private static List<Status> undo(LocalDate day, JobSpec... jobs) {
    return publishing.undo(chosen(jobs), day).stream().map(JobOutcome::status).toList();
  }

  /** A row that comes to the day on main behind Tidemark's back. */
  private static void insertCopy(LocalDate day) {
    test.sql(
        "INSERT INTO dwd.e SELECT * FROM dwd.e WHERE dt = DATE'%s' AND id = 'a1'".formatted(day));
  }

  private static String main(JobSpec job) {
    return test.lake.identifier(job.output());
  }

  private static String offline(JobSpec job) {
    return main(job) + ".branch_" + Lakehouse.OFFLINE;
  }

  private static Dataset<Row> stored(String relation, LocalDate day) {
    return test.lake.spark().table(relation).where("dt = DATE'%s'".formatted(day));
  }

  /** What a reader sees, through the view where there is one. */
  private static Dataset<Row> seen(JobSpec job, String relation, LocalDate day) {
    Dataset<Row> rows =
        job.view().isPresent()
            ? test.lake.spark().sql(test.tables.readSql(job, relation))
            : test.lake.spark().table(relation);
    return rows.where("dt = DATE'%s'".formatted(day));
  }

  private static void assertSame(Dataset<Row> left, Dataset<Row> right) {
    assertThat(left.collectAsList()).containsExactlyInAnyOrderElementsOf(right.collectAsList());
  }

  private static List<Row> ledger(LocalDate day, JobSpec job, String columns) {
    return test.lake
        .spark()
        .sql(
            "SELECT %s FROM ops.publication WHERE dt = DATE'%s' AND job = '%s' ORDER BY published_at"
                .formatted(columns, day, job.name()))
        .collectAsList();
  }

  private static Table table(JobSpec job) {
    return test.lake.load(job.output());
  }

  private static long head(JobSpec job) {
    return table(job).currentSnapshot().snapshotId();
  }

  /** How far the aggregate has read the transform's table. */
  private static String position() {
    return TableState.of(table(test.hourly)).marker(test.hourly.name()).orElseThrow().position();
  }
}
