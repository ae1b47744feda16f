package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.catalog.TableName;
import io.tidemark.compaction.run.Compaction;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.fault.CompactorMain.Groups;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.CommitDelays;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoublePredicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams of every kind commit back to back, day after day, and all the time their tables are
 * compacted: by this JVM, and for a while by another one too. No micro-batch fails, no row is lost
 * or there twice, nearly all that compaction writes is committed, and tables stay as declared. With
 * {@code -Dtidemark.compaction-minutes=10} for ten minutes.
 */
@AnyZone
class CompactionBesideStreamsTest {
  private static final String EVENTS = "click";
  private static final String CHANGES = "item";
  private static final String ODS = "ods_click";
  private static final String DWD = "dwd_click";
  private static final String CHANGE_LOG = "ods_item";
  private static final String MIRROR = "dwd_item";
  private static final List<TableName> TABLES =
      List.of("ods.click", "dwd.click", "dws.click_tmin", "ods.item", "dwd.item").stream()
          .map(TableName::parse)
          .toList();

  private static final Duration LASTS =
      Optional.ofNullable(Integer.getInteger("tidemark.compaction-minutes"))
          .map(Duration::ofMinutes)
          .orElse(Duration.ofSeconds(20));

  /** Files that a hot partition may have. */
  private static final int MAX_FILES = 12;

  /** A day ends often enough for several to settle, and not before it has many files. */
  private static final int EVENTS_OF_A_DAY = 400;

  /** Sent and not yet read, at most: streams never wait, and in the end do not have far to go. */
  private static final int AHEAD = 64;

  /** Groups that are committed at least, before the other process comes and after it is gone. */
  private static final int ENOUGH = 4;

  private static final Duration A_MOMENT = Duration.ofMillis(50);
  private static final long SEED = Seed.of("compaction-beside-streams");

  @TempDir private Path folder;
  private final CommitDelays delays = new CommitDelays();
  private final Clicks clicks = new Clicks(SEED, 0.05);
  private final ShopDatabase database = new ShopDatabase(CHANGES, 300, SEED);
  private FaultProject project;
  private LocalLakehouse house;
  private LocalDate day = FaultProject.FIRST_DAY;
  private long changesSent;
  private final long begun = System.nanoTime();

  /** What is compacted while the streams run. */
  private static final class Seen {
    private Groups alone = Groups.NONE;
    private Groups together = Groups.NONE;
    private Groups other = Groups.NONE;
    private long runs;
    private long rewrites;
    private long mostFiles;
    private final List<String> details = new ArrayList<>();
    private final List<String> tooMany = new ArrayList<>();
  }

  @Test
  void streamsNeverFailAndTablesStayAsDeclared() throws Exception {
    project = FaultProject.ofAllKinds(folder, SharedBroker.get(), EVENTS, CHANGES);
    TABLES.forEach(
        table ->
            project.policy(
                table.toString(),
                """
                target-file-size: 1 MiB
                due: { small-files: 2 }
                hot: { quiet: 4 seconds, max-files: %d }"""
                    .formatted(MAX_FILES)));
    house = project.open(FaultProject.LOCAL);
    clicks.goOnTo(day);
    house.createTables();
    StopSignal stop = new StopSignal();
    Seen seen = new Seen();
    // A topic is made by what is sent first, and a stream that is started before it is refused.
    send();
    ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    Future<?> sending =
        sender.scheduleWithFixedDelay(this::send, 0, A_MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<Void> streams =
        CompletableFuture.runAsync(() -> house.streams(stop, delays).stream(house.jobs().jobs()));
    try (DriverProcess other =
        new DriverProcess(
            CompactorMain.class,
            List.of(project.conf().toString(), DriverMain.NEVER),
            folder.resolve("compactor.log"))) {
      compactBeside(List.of(streams, sending), other, seen);
      sender.shutdown();
      assertThat(sender.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      awaitAllRead(streams);
    } finally {
      sender.shutdownNow();
      stop.stop();
    }
    streams.get();

    print(seen);
    assertThat(delays.repeated()).as("micro-batches begun again, seed %d", SEED).isZero();
    assertThat(seen.alone.done()).as("groups committed").isGreaterThanOrEqualTo(2 * ENOUGH);
    assertThat(seen.alone.successShare()).as("%s", seen.details).isGreaterThanOrEqualTo(0.95);
    assertThat(seen.alone.failed() + seen.together.failed() + seen.other.failed())
        .as("%s", seen.details)
        .isZero();
    assertThat(seen.other.done()).as("groups committed by the other process").isPositive();
    assertThat(seen.tooMany).as("hot partitions with too many files, seed %d", SEED).isEmpty();
    assertSettledPartitionsReachTheTarget();
    assertRows();
  }

  /**
   * Until the time is up and enough was done, whatever else the machine does; between the first
   * third and the last another process compacts, too.
   */
  private void compactBeside(List<Future<?>> running, DriverProcess other, Seen seen) {
    Compaction compaction = house.compaction(Clock.systemUTC(), CompactionListener.SILENT);
    compactWhile(part -> part < 1 / 3.0 || seen.alone.done() < ENOUGH, compaction, running, seen);
    other.go();
    Groups alone = seen.alone;
    seen.alone = Groups.NONE;
    compactWhile(
        part -> {
          seen.other = said(other, seen.other);
          return part < 2 / 3.0 || seen.other.done() == 0;
        },
        compaction,
        running,
        seen);
    other.kill();
    seen.together = seen.alone;
    seen.alone = alone;
    compactWhile(part -> part < 1 || seen.alone.done() < 2 * ENOUGH, compaction, running, seen);
  }

  /**
   * Compacts again and again.
   *
   * @param going whether to go on, by the part of the time that is over
   */
  private void compactWhile(
      DoublePredicate going, Compaction compaction, List<Future<?>> running, Seen seen) {
    while (going.test((System.nanoTime() - begun) / (double) LASTS.toNanos())) {
      assertThat(running).as("streams and who sends").noneMatch(Future::isDone);
      seen.alone = seen.alone.and(compactOnce(compaction, seen));
    }
  }

  private Groups compactOnce(Compaction compaction, Seen seen) {
    Map<TableName, Optional<Snapshot>> before = new HashMap<>();
    TABLES.forEach(
        name -> before.put(name, Optional.ofNullable(house.lake().load(name).currentSnapshot())));
    CompactionReport report = compaction.run(CompactorMain.all(house));
    Groups groups = Groups.of(report);
    seen.runs++;
    seen.rewrites += report.outcomes().size();
    report.outcomes().stream()
        .filter(each -> !each.detail().isEmpty())
        .forEach(
            each ->
                seen.details.add(
                    "%s %s: %s"
                        .formatted(
                            each.planned().table(), each.planned().partition(), each.detail())));
    if (groups.conflicted() == 0) {
      before.forEach((name, snapshot) -> look(name, snapshot.orElse(null), seen));
    }
    return groups;
  }

  /** No partition has more files than it may and has got since the run began. */
  private void look(TableName name, Snapshot before, Seen seen) {
    Table table = house.lake().load(name);
    Map<String, Long> added = TableFiles.appendedSince(table, before);
    TableFiles.byPartition(table)
        .forEach(
            (partition, files) -> {
              long kept = files - added.getOrDefault(partition, 0L);
              seen.mostFiles = Math.max(seen.mostFiles, kept);
              if (kept > MAX_FILES) {
                seen.tooMany.add(
                    "%s %s: %d files, %d of them new"
                        .formatted(name, partition, files, files - kept));
              }
            });
  }

  private static Groups said(DriverProcess other, Groups before) {
    Groups all = before;
    for (Optional<String> line = other.next(Duration.ZERO);
        line.isPresent();
        line = other.next(Duration.ZERO)) {
      if (line.get().startsWith(CompactorMain.GROUPS)) {
        all = all.and(Groups.parse(line.get()));
      }
    }
    return all;
  }

  /** Keeps the streams busy, and goes on to the next day when this one has its events. */
  private void send() {
    if (clicks.sent() - delays.read(ODS) < AHEAD) {
      long before = clicks.sent() / EVENTS_OF_A_DAY;
      clicks.send(project, EVENTS, AHEAD);
      if (clicks.sent() / EVENTS_OF_A_DAY > before) {
        day = day.plusDays(1);
        clicks.goOnTo(day);
      }
    }
    if (changesSent - delays.read(CHANGE_LOG) < AHEAD) {
      List<Timed> messages = database.next(AHEAD);
      TestMessages.send(SharedBroker.get(), project.topic(CHANGES), messages);
      changesSent += messages.size();
    }
  }

  private void awaitAllRead(CompletableFuture<Void> streams) {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(300))
        .until(
            () ->
                streams.isDone()
                    || delays.read(ODS) == clicks.sent()
                        && delays.read(CHANGE_LOG) == changesSent
                        && house.backlog() == 0);
  }

  private void print(Seen seen) {
    List<Double> all = delays.take();
    System.out.printf(
        "%d events of %d days, %d changes, %d commits; delay p50 %.0f ms, p99 %.0f ms; %d runs of"
            + " compaction with %d rewrites; groups alone %s, with another %s, of the other %s; at"
            + " most %d files%n",
        clicks.sent(),
        day.toEpochDay() - FaultProject.FIRST_DAY.toEpochDay() + 1,
        changesSent,
        all.size(),
        1000 * CommitDelays.quantile(all, 0.5),
        1000 * CommitDelays.quantile(all, 0.99),
        seen.runs,
        seen.rewrites,
        seen.alone,
        seen.together,
        seen.other,
        seen.mostFiles);
    seen.details.forEach(System.out::println);
  }

  /** An hour later nothing is hot. What a day has is far less than one good file. */
  private void assertSettledPartitionsReachTheTarget() {
    Instant later = Instant.now().plus(Duration.ofHours(1));
    Compaction compaction = house.compaction(() -> later, CompactionListener.SILENT);
    CompactionReport report = compaction.run(CompactorMain.all(house));
    assertThat(Groups.of(report).successShare()).as("%s", report.outcomes()).isEqualTo(1);
    for (TableName name : TABLES) {
      assertThat(TableFiles.byPartition(house.lake().load(name)).values())
          .as("files of each partition of %s", name)
          .isNotEmpty()
          .allMatch(files -> files == 1);
    }
    assertThat(compaction.run(CompactorMain.all(house)).outcomes()).as("nothing is left").isEmpty();
  }

  private void assertRows() {
    assertThat(house.messagesRead()).as("seed %d", SEED).isEqualTo(clicks.sent() + changesSent);
    assertThat(house.main(house.jobs().job(DWD)).count())
        .as("distinct events, seed %d", SEED)
        .isEqualTo(clicks.distinct());
    for (IngestSpec ingest : house.ingests()) {
      Answers.assertEveryCutBalances(house, ingest);
    }
    MirrorOracle.assertShows(house, MIRROR, database, "seed " + SEED);
    Answers.assertMainEqualsBatch(house, day, "seed " + SEED);
  }
}
