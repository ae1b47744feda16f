package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.compaction.retain.TableVacuum;
import io.tidemark.compaction.retain.Vacuum;
import io.tidemark.compaction.retain.VacuumListener;
import io.tidemark.compaction.run.CompactionListener;
import io.tidemark.compaction.run.CompactionListener.Step;
import io.tidemark.compaction.run.CompactionReport;
import io.tidemark.compaction.spec.Policies;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.tests.fault.CompactorMain.Groups;
import io.tidemark.tests.fault.CompactorMain.Hold;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.lakehouse.TestMessages;
import io.tidemark.tests.lakehouse.TestMessages.Timed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A compactor, a driver of all jobs, and both are killed with SIGKILL again and again while they
 * work on the same tables. The compactor is held at a step, so that the moment is certain, or runs
 * on; where the driver is by then is up to the machine. With {@code -Dtidemark.kills=50} fifty
 * times.
 */
@AnyZone
class CompactionKillTest {
  private static final String EVENTS = "click";
  private static final String CHANGES = "item";
  private static final String DWD = "dwd_click";
  private static final String MIRROR = "dwd_item";
  private static final List<String> TABLES =
      List.of("ods.click", "dwd.click", "dws.click_tmin", "ods.item", "dwd.item");

  private static final int KILLS = Integer.getInteger("tidemark.kills", 4);
  private static final int MESSAGES_PER_LIFE = 48;
  private static final long SEED = Seed.of("compaction-kill");

  /** When whatever was written here is older than any writer. */
  private static final Duration LATER = Duration.ofDays(20);

  @TempDir private Path folder;
  private final Clicks clicks = new Clicks(SEED);
  private final ShopDatabase database = new ShopDatabase(CHANGES, 200, SEED);
  private FaultProject project;
  private long changesSent;

  /** Who is killed. */
  private enum Victim {
    COMPACTION,
    WRITER,
    BOTH
  }

  /**
   * A kill.
   *
   * @param hold where the compactor that it ends is held by then; {@code null} for anywhere
   * @param reports number of reports after which a process that is not held is killed
   */
  private record Kill(Victim victim, Hold hold, int reports) {
    boolean endsCompactor() {
      return victim != Victim.WRITER;
    }

    boolean endsWriter() {
      return victim != Victim.COMPACTION;
    }
  }

  /** Lives of a process, of which the next begins to start up while this one works. */
  private static final class Lives implements AutoCloseable {
    private final IntFunction<DriverProcess> start;
    private final Deque<DriverProcess> line = new ArrayDeque<>();
    private final int most;
    private int begun;

    Lives(int most, IntFunction<DriverProcess> start) {
      this.most = most;
      this.start = start;
      begin();
    }

    private void begin() {
      if (begun < most) {
        line.add(start.apply(begun++));
      }
    }

    DriverProcess current() {
      return line.peek();
    }

    /** Lets the current one work. */
    void go() {
      current().go();
      begin();
    }

    void kill() {
      line.remove().kill();
      if (!line.isEmpty()) {
        go();
      }
    }

    @Override
    public void close() {
      line.forEach(DriverProcess::close);
    }
  }

  @Test
  void rowsAndMarkersAreRightAndNothingIsLeftBehind() {
    project = FaultProject.ofAllKinds(folder, SharedBroker.get(), EVENTS, CHANGES);
    // More than a partition ever is here: one file is right, whatever small files add to its size.
    TABLES.forEach(
        table ->
            project.policy(
                table,
                """
                target-file-size: 32 MiB
                lease: 1 second
                due: { small-files: 2, manifests: 20 }
                hot: { quiet: 2 seconds, max-files: 4 }"""));
    List<Kill> kills = kills(new Random(SEED));
    streamsAndCompactionThatAreKilled(kills);

    LocalLakehouse house = project.open(FaultProject.LOCAL);
    house.catchUp(house.jobs().jobs());
    for (IngestSpec ingest : house.ingests()) {
      Answers.assertEveryCutBalances(house, ingest);
    }
    assertThat(house.messagesRead()).as("seed %d", SEED).isEqualTo(clicks.sent() + changesSent);
    assertRows(house, FaultProject.LAST_DAY, "after kills, seed " + SEED);
    assertMarkers(house);

    assertTheNextRunGoesOn(house);
    assertRows(house, FaultProject.LAST_DAY, "after the next run, seed " + SEED);
    assertNothingIsLeftBehind(house);

    // Days are sealed by now: what comes for them waits.
    LocalDate nextDay = FaultProject.LAST_DAY.plusDays(1);
    clicks.goOnTo(nextDay);
    send();
    house.catchUp(house.jobs().jobs());
    assertRows(house, nextDay, "after all, seed " + SEED);
  }

  private void streamsAndCompactionThatAreKilled(List<Kill> kills) {
    List<Kill> ofCompactor = kills.stream().filter(Kill::endsCompactor).toList();
    int ofWriter = (int) kills.stream().filter(Kill::endsWriter).count();
    // One more life of each: who is not killed last works on beside who is.
    try (Lives writers = new Lives(ofWriter + 1, this::writer);
        Lives compactors =
            new Lives(
                ofCompactor.size() + 1,
                life ->
                    compactor(life, life < ofCompactor.size() ? ofCompactor.get(life) : null))) {
      send();
      writers.go();
      compactors.go();
      int compactor = 0;
      String held = null;
      for (int i = 0; i < kills.size(); i++) {
        Kill kill = kills.get(i);
        send();
        boolean holds = compactor < ofCompactor.size() && ofCompactor.get(compactor).hold() != null;
        if (holds && held == null) {
          held = compactors.current().await(line -> line.startsWith(DriverMain.HOLDS));
        }
        String moment = holds ? held : some(compactors.current(), kill.reports());
        if (kill.endsWriter()) {
          moment += ", " + some(writers.current(), kill.reports());
        }
        if (kill.endsCompactor()) {
          compactors.kill();
          compactor++;
          held = null;
        }
        if (kill.endsWriter()) {
          writers.kill();
        }
        System.out.printf("kill %d/%d of %s: %s%n", i + 1, kills.size(), kill.victim(), moment);
      }
    }
  }

  /** Waits for some reports more; where the process is by then, nobody knows. */
  private static String some(DriverProcess process, int reports) {
    String line = "";
    for (int i = 0; i < reports; i++) {
      line = process.await(report -> report.startsWith(DriverMain.REACHED));
    }
    return "some time after " + line;
  }

  private DriverProcess writer(int life) {
    return new DriverProcess(
        project,
        DriverMain.Mode.STREAM,
        null,
        List.of("ods_click", DWD, "dws_click_tmin", "ods_item", MIRROR),
        folder.resolve("writer-" + life + ".log"));
  }

  private DriverProcess compactor(int life, Kill kill) {
    return new DriverProcess(
        CompactorMain.class,
        List.of(
            project.conf().toString(),
            kill == null || kill.hold() == null ? DriverMain.NEVER : kill.hold().toString()),
        folder.resolve("compactor-" + life + ".log"));
  }

  /** Each victim and each step in every run, in any order. */
  private static List<Kill> kills(Random random) {
    List<Step> steps = List.of(Step.GROUP_WRITTEN, Step.GROUP_COMMITTED, Step.GROUP_STARTED);
    List<Kill> kills = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      Victim victim = Victim.values()[i % Victim.values().length];
      // In its first group or in a later one.
      Hold hold = new Hold(steps.get((i + i / 3) % steps.size()), random.nextInt(3));
      boolean isHeld = victim != Victim.WRITER && i % 5 < 4;
      kills.add(new Kill(victim, isHeld ? hold : null, 1 + random.nextInt(8)));
    }
    Collections.shuffle(kills, random);
    return kills;
  }

  private void send() {
    clicks.send(project, EVENTS, MESSAGES_PER_LIFE);
    List<Timed> messages = database.next(MESSAGES_PER_LIFE);
    TestMessages.send(SharedBroker.get(), project.topic(CHANGES), messages);
    changesSent += messages.size();
  }

  private void assertRows(LocalLakehouse house, LocalDate lastDay, String why) {
    assertThat(house.main(house.jobs().job(DWD)).count()).as(why).isEqualTo(clicks.distinct());
    MirrorOracle.assertShows(house, MIRROR, database, why);
    Answers.assertMainEqualsBatch(house, lastDay, why);
  }

  /** Every table still tells how far its job has come. */
  private static void assertMarkers(LocalLakehouse house) {
    for (JobSpec job : house.jobs().jobs()) {
      assertThat(
              TableState.in(house.lake().load(job.output()).currentSnapshot())
                  .flatMap(state -> state.marker(job.name())))
          .as("marker of %s in the newest commit", job.name())
          .isPresent();
    }
  }

  /**
   * What was interrupted is done by the next run, an hour later, when nothing is hot and no day is
   * leased to its publication any more.
   */
  private static void assertTheNextRunGoesOn(LocalLakehouse house) {
    Instant later = Instant.now().plus(Duration.ofHours(1));
    CompactionReport report =
        house.compaction(() -> later, CompactionListener.SILENT).run(CompactorMain.all(house));
    assertThat(Groups.of(report).successShare()).as("%s", report.outcomes()).isEqualTo(1);
    for (String table : TABLES) {
      assertThat(TableFiles.byPartition(house.lake().load(TableName.parse(table))).values())
          .as("files of each partition of %s", table)
          .isNotEmpty()
          .allMatch(files -> files == 1);
    }
  }

  /** What was written and never committed goes with the next vacuum past the age of orphans. */
  private static void assertNothingIsLeftBehind(LocalLakehouse house) {
    List<TableVacuum> outcomes =
        new Vacuum(
                house.lake(),
                house.jobs(),
                new Policies(List.of()),
                new Vacuum.Settings(
                    Instant.now().plus(LATER), Duration.ofDays(5), Duration.ofDays(3)),
                VacuumListener.SILENT)
            .run(List.of());
    assertThat(outcomes).allSatisfy(each -> assertThat(each.failures()).isEmpty());
    assertThat(outcomes).allSatisfy(each -> assertThat(each.refusals()).isEmpty());
    Set<Path> left = new HashSet<>();
    house.lake().all().forEach(table -> left.addAll(TableFiles.unnamed(house, table)));
    assertThat(left).as("files that no table names").isEmpty();
    System.out.printf(
        "orphans that were deleted: %d%n", outcomes.stream().mapToLong(TableVacuum::orphans).sum());
  }
}
