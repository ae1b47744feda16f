package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.run.Phase;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver of all jobs is killed with SIGKILL at many moments and started again each time, while
 * messages keep coming. It is held at a moment by its listener, so that the moment is certain; at
 * the random ones it runs on, and where it is by then is up to the machine. Every run has each kind
 * of moment once; with -Dtidemark.kills=20 they come again.
 */
@AnyZone
class KillTest {
  private static final String ODS = "ods_click";
  private static final String DWD = "dwd_click";
  private static final String DWS = "dws_click_tmin";

  /** A process that begins anew is most of a kill: some of ten moments, others in every run. */
  private static final int KILLS = Integer.getInteger("tidemark.kills", 6);

  private static final int MESSAGES_PER_LIFE = 30;
  private static final long SEED = Seed.of("kill");

  @TempDir private Path folder;

  /**
   * A kill.
   *
   * @param at the moment the driver is held at; {@code null} for a random one
   * @param reports number of reports after which a driver that is not held is killed
   */
  private record Kill(Moment at, int reports) {
    String await(DriverProcess driver) {
      if (at != null) {
        return driver
            .await(line -> line.startsWith(DriverMain.HOLDS))
            .substring(DriverMain.HOLDS.length());
      }
      String line = "";
      for (int i = 0; i < reports; i++) {
        line = driver.await(report -> report.startsWith(DriverMain.REACHED));
      }
      return "at random, some time after " + line.substring(DriverMain.REACHED.length());
    }
  }

  @Test
  void nothingIsLostAndNothingIsTwice() {
    Random random = new Random(SEED);
    FaultProject project = new FaultProject(folder, SharedBroker.get(), "click");
    Clicks clicks = new Clicks(SEED);
    List<Kill> kills = kills(random);

    Deque<DriverProcess> drivers = new ArrayDeque<>();
    try {
      drivers.add(driver(project, kills, 0));
      for (int i = 0; i < kills.size(); i++) {
        if (i + 1 < kills.size()) {
          // It starts up and waits while this one works: a start is the longest part of a life.
          drivers.add(driver(project, kills, i + 1));
        }
        clicks.send(project, "click", MESSAGES_PER_LIFE);
        drivers.peek().go();
        String moment = kills.get(i).await(drivers.peek());
        drivers.remove().kill();
        System.out.printf("kill %d/%d: %s%n", i + 1, kills.size(), moment);
      }
    } finally {
      drivers.forEach(DriverProcess::close);
    }

    LocalLakehouse house = project.open(FaultProject.LOCAL);
    IngestSpec ingest = house.ingests().get(0);
    long before = house.messagesRead();
    house.catchUp(house.jobs().jobs());
    int cuts = Answers.assertEveryCutBalances(house, ingest);
    assertThat(house.messagesRead()).as("messages read, seed %d", SEED).isEqualTo(clicks.sent());
    assertThat(house.main(house.jobs().job(DWD)).count())
        .as("distinct events, seed %d", SEED)
        .isEqualTo(clicks.distinct());
    Answers.assertMainEqualsBatch(house, "seed " + SEED);
    System.out.printf(
        "%d kills: %d messages sent, %d of them read before the last restart; %d rows + %d dead"
            + " letters; balanced at each of %d commits of ODS; main equals batch%n",
        kills.size(),
        clicks.sent(),
        before,
        clicks.sent() - clicks.malformed(),
        clicks.malformed(),
        cuts);
  }

  private DriverProcess driver(FaultProject project, List<Kill> kills, int number) {
    return new DriverProcess(
        project,
        DriverMain.Mode.STREAM,
        kills.get(number).at(),
        List.of(ODS, DWD, DWS),
        folder.resolve("driver-" + number + ".log"));
  }

  private static List<Kill> kills(Random random) {
    List<Kill> kills = new ArrayList<>();
    // Only ODS has a checkpoint beside the table; behind it the commit is the checkpoint.
    for (String job : List.of(ODS, DWD, DWS)) {
      kills.add(held(random, job, Phase.FILES_WRITTEN));
      kills.add(held(random, job, Phase.COMMITTED));
    }
    kills.add(held(random, ODS, Phase.STARTED));
    kills.add(held(random, ODS, Phase.FINISHED));
    kills.add(held(random, DWD, Phase.FINISHED));
    kills.add(new Kill(null, 1 + random.nextInt(20)));
    while (kills.size() < KILLS) {
      kills.add(held(random, ODS, Phase.COMMITTED));
      kills.add(held(random, ODS, Phase.FILES_WRITTEN));
      kills.add(new Kill(null, 1 + random.nextInt(20)));
      kills.add(held(random, kills.size() % 8 < 4 ? DWD : DWS, Phase.FILES_WRITTEN));
    }
    Collections.shuffle(kills, random);
    return kills.subList(0, KILLS);
  }

  /** Not only in a driver's first micro-batch. */
  private static Kill held(Random random, String job, Phase phase) {
    return new Kill(new Moment(job, phase, random.nextInt(2)), 0);
  }
}
