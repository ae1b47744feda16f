package io.tidemark.tests.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.jobs.run.Phase;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.Seed;
import io.tidemark.tests.servers.PostgreSql;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver of sinks is killed with SIGKILL again and again, with the rows of a micro-batch written
 * and not committed, or committed a moment ago; between its lives days are published and put back,
 * and tables compacted. In the end every copy is what readers see, and no message is there twice.
 */
@AnyZone
class SinkKillTest {
  private static final int KILLS = Integer.getInteger("tidemark.kills", 3);
  private static final long SEED = Seed.of("sink-kill");

  @TempDir private Path folder;
  private SinkProject project;
  private LocalLakehouse house;

  @Test
  void copiesAreWhatReadersSeeAndNothingIsTwice() {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    project = new SinkProject(folder, "sink_kill", SEED);
    house = project.open();
    project.send(40, 20, 40);
    house.catchUp(house.jobs().jobs());
    house.seal(FaultProject.FIRST_DAY, FaultProject.LAST_DAY);
    List<Moment> moments = moments(new Random(SEED));

    Deque<DriverProcess> drivers = new ArrayDeque<>();
    try {
      drivers.add(driver(moments.get(0), 0));
      for (int i = 0; i < KILLS; i++) {
        change(i);
        if (i + 1 < KILLS) {
          drivers.add(driver(moments.get(i + 1), i + 1));
        }
        drivers.peek().go();
        String held = drivers.peek().await(line -> line.startsWith(DriverMain.HOLDS));
        drivers.remove().kill();
        System.out.printf("kill %d/%d: %s%n", i + 1, KILLS, held);
      }
    } finally {
      drivers.forEach(DriverProcess::close);
    }

    SinkProject.drain(house, false);
    new SinkCopies(house).assertEqual("after " + KILLS + " kills, seed " + SEED);
  }

  /** What becomes of the tables before a life; every sink has something to write. */
  private void change(int life) {
    project.send(10, 25, 25);
    house.catchUp(house.jobs().jobs());
    switch (life % 3) {
      case 0 -> SinkProject.publish(house);
      case 1 -> SinkProject.undo(house);
      default -> SinkProject.compact(house);
    }
  }

  private DriverProcess driver(Moment moment, int life) {
    return new DriverProcess(
        project.project(),
        DriverMain.Mode.STREAM,
        moment,
        project.sinks(),
        folder.resolve("driver-" + life + ".log"));
  }

  /** Before and after a commit, of PostgreSQL and Kafka in every run. */
  private List<Moment> moments(Random random) {
    List<String> first = List.of("pg_click_user_1h", "kafka_click_user_1h", "kafka_item");
    List<String> others = project.sinks().stream().filter(sink -> !first.contains(sink)).toList();
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      String sink =
          i % 4 < first.size() ? first.get(i % 4) : others.get(random.nextInt(others.size()));
      Phase phase = (i + i / 4) % 2 == 0 ? Phase.FILES_WRITTEN : Phase.COMMITTED;
      moments.add(new Moment(sink, phase, 0));
    }
    return moments;
  }
}
