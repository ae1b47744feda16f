package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.config.Problem;
import io.tidemark.compaction.OrderColumnsCheck;
import io.tidemark.compaction.plan.Planner.Wish;
import io.tidemark.compaction.plan.Scope;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.run.RewriteOutcome;
import io.tidemark.compaction.spec.CompactionPolicy;
import io.tidemark.compaction.spec.CompactionPolicy.Hot;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that streams wrote, compacted between their micro-batches, hold what they held. */
@AnyZone
class CompactionTest {
  private static final String ODS = "ods_click";
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";

  @TempDir private Path folder;
  private FaultProject project;
  private LocalLakehouse house;
  private Clicks clicks;

  private void start(long seed) {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    clicks = new Clicks(seed);
  }

  @Test
  void settledPartitionsBecomeAFileEachAndStreamsGoOnFromTheirMarkers() {
    start(20261201);
    clicks.send(project, "click", 240);
    house.catchUp(house.jobs().jobs());
    List<String> detail = rows(house.main(job(DWD)));
    List<String> running = rows(house.main(job(DWS)));
    Snapshot before = table(DWS).currentSnapshot();
    TableState markers = TableState.of(table(DWD));

    CompactionReport report = compact(Duration.ofHours(2), 100);

    assertThat(report.outcomes()).isNotEmpty().allMatch(each -> each.detail().isEmpty());
    assertThat(files(ODS)).isEqualTo(2);
    assertThat(files(DWD)).isEqualTo(2);
    assertThat(files(DWS)).isEqualTo(2);
    assertThat(table(DWD).currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(TableState.in(table(DWD).currentSnapshot())).contains(markers);
    assertThat(rows(house.main(job(DWD)))).isEqualTo(detail);
    assertThat(rows(house.main(job(DWS)))).isEqualTo(running);
    // Deltas are folded: as many rows are left as the view has.
    assertThat(house.lake().spark().table(house.lake().identifier(job(DWS).output())).count())
        .isEqualTo(running.size());
    assertThat(outcome(report, DWS).folded()).isTrue();
    assertThat(outcome(report, DWS).rowsFolded()).isPositive();
    assertThat(
            rows(
                house
                    .lake()
                    .spark()
                    .sql(
                        house
                            .tables()
                            .readSql(
                                job(DWS),
                                "(SELECT * FROM %s VERSION AS OF %d)"
                                    .formatted(
                                        house.lake().identifier(job(DWS).output()),
                                        before.snapshotId())))))
        .isEqualTo(running);
    assertThat(compact(Duration.ofHours(2), 100).outcomes()).isEmpty();

    clicks.send(project, "click", 120);
    house.catchUp(house.jobs().jobs());

    assertThat(house.messagesRead()).isEqualTo(clicks.sent());
    assertThat(house.main(job(DWD)).count()).isEqualTo(clicks.distinct());
    Answers.assertMainEqualsBatch(house, "after compaction");
  }

  /** Each waits, when its files are written, until two have come so far. */
  @Test
  void smallPartitionsAreRewrittenBesideOneAnotherWithinTheShareOfCores() {
    start(20261213);
    clicks.send(project, "click", 160);
    house.catchUp(house.jobs().jobs());
    List<String> detail = rows(house.main(job(DWD)));
    List<String> running = rows(house.main(job(DWS)));
    CyclicBarrier two = new CyclicBarrier(2);
    AtomicInteger atATime = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CompactionListener pairs =
        (table, step, what) -> {
          if (step == Step.GROUP_STARTED) {
            most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
          } else if (step == Step.GROUP_WRITTEN) {
            await(two);
          } else if (step == Step.GROUP_COMMITTED) {
            atATime.decrementAndGet();
          }
        };

    // Half of the cores, by default.
    CompactionReport report = compact(Duration.ofHours(2), 100, 4, pairs);

    assertThat(report.outcomes())
        .hasSize(6)
        .allSatisfy(each -> assertThat(each.detail()).isEmpty())
        .extracting(RewriteOutcome::planned)
        .containsExactlyElementsOf(report.plan().rewrites());
    assertThat(most).hasValue(2);
    assertThat(files(ODS)).isEqualTo(2);
    assertThat(files(DWD)).isEqualTo(2);
    assertThat(files(DWS)).isEqualTo(2);
    assertThat(outcome(report, DWS).folded()).isTrue();
    assertThat(rows(house.main(job(DWD)))).isEqualTo(detail);
    assertThat(rows(house.main(job(DWS)))).isEqualTo(running);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("no other partition is rewritten beside", e);
    }
  }

  @Test
  void ofHotPartitionsTheSmallestFilesArePutTogetherAndDeltasFolded() {
    start(20261202);
    clicks.send(project, "click", 240);
    house.catchUp(house.jobs().jobs());
    List<String> running = rows(house.main(job(DWS)));
    long before = files(DWS);

    CompactionReport report = compact(Duration.ZERO, 8);

    assertThat(before).isGreaterThan(2 * 8);
    assertThat(outcome(report, DWS).planned().scope()).isEqualTo(Scope.SMALLEST_FILES);
    assertThat(outcome(report, DWS).folded()).isTrue();
    assertThat(files(DWS)).isLessThanOrEqualTo(2 * 8);
    assertThat(files(ODS)).isLessThanOrEqualTo(2 * 8);
    assertThat(rows(house.main(job(DWS)))).isEqualTo(running);
  }

  @Test
  void aColumnOfAnOrderThatTheTableHasNotIsRefused() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    project.policy("dwd.click", "z-order: [chanel, user_id]");
    house = project.open(FaultProject.LOCAL);
    Workspace workspace =
        new Workspace(
            Declarations.read(project.conf(), FaultProject.LOCAL, Map.of()),
            house.lake(),
            house.tables());

    assertThat(new OrderColumnsCheck().problems(workspace))
        .extracting(Problem::text)
        .containsExactly(
            "z-order of dwd.click: 'chanel' is no column of the table; did you mean 'channel'?");
  }

  private CompactionReport compact(Duration later, long maxFiles) {
    return compact(later, maxFiles, 2, CompactionListener.SILENT);
  }

  private CompactionReport compact(
      Duration later, long maxFiles, int cores, CompactionListener listener) {
    InstantSource clock = InstantSource.fixed(Instant.now().plus(later));
    List<TableName> names = house.jobs().jobs().stream().map(JobSpec::output).toList();
    List<CompactionPolicy> policies = names.stream().map(name -> policy(name, maxFiles)).toList();
    return new Compaction(
            house.lake(), house.jobs(), house.tables(), new Policies(policies), clock, listener)
        .run(new Compaction.Order(names, Wish.UNLIMITED, null, cores));
  }

  private static CompactionPolicy policy(TableName name, long maxFiles) {
    CompactionPolicy standard = CompactionPolicy.defaultFor(name);
    return new CompactionPolicy(
        name,
        standard.targetFileSize(),
        standard.smallFile(),
        standard.groupSize(),
        standard.due(),
        new Hot(standard.hot().quiet(), maxFiles),
        standard.budget(),
        standard.rate(),
        standard.lease(),
        standard.zOrder(),
        standard.maintenance());
  }

  private RewriteOutcome outcome(CompactionReport report, String job) {
    return report.outcomes().stream()
        .filter(each -> each.planned().table().equals(job(job).output()))
        .findFirst()
        .orElseThrow();
  }

  private JobSpec job(String name) {
    return house.jobs().job(name);
  }

  private Table table(String job) {
    return house.lake().load(job(job).output());
  }

  private long files(String job) {
    return StreamSupport.stream(table(job).newScan().planFiles().spliterator(), false).count();
  }

  private static List<String> rows(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().collect(Collectors.toList());
  }
}
