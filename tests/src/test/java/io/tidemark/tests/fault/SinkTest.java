package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.jobs.cli.FailureText;
import io.tidemark.jobs.operation.JobStatus;
import io.tidemark.jobs.operation.MicroBatch;
import io.tidemark.jobs.operation.MicroBatchTimes;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.jobs.sink.SinkPosition;
import io.tidemark.jobs.sink.SinkTarget;
import io.tidemark.jobs.sink.SinkTargets;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.servers.PostgreSql;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Whatever becomes of a table, what its sinks have written is what its readers see. */
@AnyZone
class SinkTest {
  private static final long SEED = 20261122;

  @TempDir private Path folder;

  @Test
  void copiesAreWhatReadersSeeThroughAppendsPublicationsAndAllElse() {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    SinkProject project = new SinkProject(folder, "sink_all", SEED);
    LocalLakehouse house = project.open();
    SinkCopies copies = new SinkCopies(house);
    project.send(60, 20, 60);
    house.catchUp(house.jobs().jobs());

    SinkProject.drain(house, false);
    copies.assertEqual("after the first load");

    assertThat(statuses(house)).allSatisfy(SinkTest::assertUpToDate);

    project.send(30, 20, 60);
    house.catchUp(house.jobs().jobs());
    assertThat(statuses(house)).allSatisfy(SinkTest::assertBehind);
    List<MicroBatch> finished = Collections.synchronizedList(new ArrayList<>());
    SinkProject.drain(house, false, new MicroBatchTimes(finished::add));
    copies.assertEqual("after more was appended");
    assertThat(finished)
        .as("the log has a line of each sink, with how long it took")
        .extracting(each -> each.report().job())
        .containsAll(project.sinks());
    assertThat(finished)
        .allSatisfy(each -> assertThat(each.reach().to()).isNotEqualTo(each.reach().from()));
    assertThat(statuses(house)).allSatisfy(SinkTest::assertUpToDate);

    house.seal(FaultProject.FIRST_DAY, FaultProject.LAST_DAY);
    project.send(30, 10, 30);
    house.catchUp(house.jobs().jobs());
    SinkProject.publish(house);
    project.send(0, 10, 10);
    house.catchUp(house.jobs().jobs());
    Map<String, SinkPosition> unpublished = positions(house);
    SinkProject.drain(house, false);
    copies.assertEqual("after a day was published between appends");

    tear(house, unpublished);
    SinkProject.undo(house);
    SinkProject.drain(house, false);
    copies.assertEqual("after the day was put back, behind a step that was half written");

    Map<String, SinkPosition> before = positions(house);
    SinkProject.compact(house);
    SinkProject.drain(house, false);
    assertThat(positions(house).values())
        .extracting(SinkPosition::snapshot)
        .as("compaction gives nothing to write")
        .containsExactlyElementsOf(before.values().stream().map(SinkPosition::snapshot).toList());

    project.send(0, 10, 10);
    house.catchUp(house.jobs().jobs());
    SinkProject.vacuum(house);
    SinkProject.drain(house, false);
    copies.assertEqual("after a vacuum, before which the sinks had not read everything");

    house
        .lake()
        .spark()
        .sql(
            "DELETE FROM %s WHERE channel = 'c1'"
                .formatted(house.lake().identifier(house.jobs().job("dwd_click").output())));
    SinkProject.drain(house, false);
    copies.assertEqual("after rows were deleted by hand");
  }

  @Test
  void whatWasLostIsWrittenAgain() {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    SinkProject project = new SinkProject(folder, "sink_lost", SEED);
    LocalLakehouse house = project.open();
    SinkCopies copies = new SinkCopies(house);
    project.send(20, 10, 30);
    house.catchUp(house.jobs().jobs());
    SinkProject.drain(house, false);

    SinkCopies.execute(house, "pg", "DELETE FROM click_user_1h");
    SinkCopies.execute(
        house,
        "pg",
        "INSERT INTO item (id, tidemark_key, tidemark_version) VALUES (-1, 'nobody wrote it', 1)");
    SinkCopies.execute(house, "pg", "DROP TABLE click_tmin");
    if (house.lake().environment().connections().containsKey("redis")) {
      try (Jedis redis = SinkCopies.redis(house, "redis")) {
        redis.hset("sink_lost:item:{-1}", "id", "-1");
        redis.hset("sink_lost:{another}", "_snapshot", "1");
      }
    }

    // What another declaration has written is not gone on with.
    SinkSpec other = house.jobs().sink("pg_click_user_1h").orElseThrow();
    SinkCopies.execute(
        house,
        "pg",
        "UPDATE tidemark_sink SET definition = replace(definition, 'user_id', 'channel') WHERE job = '%s'"
            .formatted(other.name()));
    long epoch = positions(house).get(other.name()).epoch();
    assertThatThrownBy(() -> house.drain(List.of(other), false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("key is dt, window_start, user_id now")
        .hasMessageContaining("pg_click_user_1h --mode catchup --reload");
    assertThat(positions(house).get(other.name()).epoch()).as("taken over").isEqualTo(epoch);

    // A table that is gone is noticed; for the rest somebody has to say so.
    SinkSpec dropped = house.jobs().sink("pg_click_tmin").orElseThrow();
    house.drain(List.of(dropped), false);
    house.drain(
        house.jobs().sinks().stream()
            .filter(sink -> !(sink.target() instanceof SinkSpec.Kafka) && sink != dropped)
            .toList(),
        true);
    copies.assertEqual("after a reload");
  }

  private static List<JobStatus> statuses(LocalLakehouse house) {
    Instant now = Clock.systemUTC().instant();
    List<JobStatus> found =
        new StatusReader(house.lake(), house.jobs(), FailureText::withoutSecrets)
            .read(List.of(), house.jobs().sinks(), now);
    assertThat(found).hasSameSizeAs(house.jobs().sinks());
    return found;
  }

  private static void assertUpToDate(JobStatus status) {
    assertThat(status.problems()).isEmpty();
    assertThat(status.lagEvents()).hasValue(0L);
    assertThat(status.lag()).hasValue(Duration.ZERO);
    assertThat(status.freshness()).hasValue(Duration.ZERO);
  }

  private static void assertBehind(JobStatus status) {
    assertThat(status.problems()).isEmpty();
    assertThat(status.lagEvents().orElseThrow()).as(status.job()).isPositive();
    assertThat(status.lag().orElseThrow()).as(status.job()).isPositive();
    assertThat(status.freshness().orElseThrow())
        .as("a message of %s is older than its row", status.job())
        .isGreaterThanOrEqualTo(status.lag().orElseThrow());
  }

  /** Leaves Redis as a driver does that is killed between the rows of a step and its position. */
  private static void tear(LocalLakehouse house, Map<String, SinkPosition> before) {
    for (SinkSpec sink : house.jobs().sinks()) {
      if (sink.target() instanceof SinkSpec.Redis target) {
        try (Jedis redis = SinkCopies.redis(house, target.connection())) {
          String position = target.prefix() + ":tidemark-position";
          redis.hset(position, "writing", redis.hget(position, "snapshot"));
          redis.hset(position, "snapshot", Long.toString(before.get(sink.name()).snapshot()));
        }
      }
    }
  }

  private static Map<String, SinkPosition> positions(LocalLakehouse house) {
    Map<String, SinkPosition> positions = new TreeMap<>();
    for (SinkSpec sink : house.jobs().sinks()) {
      try (SinkTarget target = SinkTargets.of(sink, house.lake().environment())) {
        positions.put(sink.name(), target.position().orElseThrow());
      }
    }
    return positions;
  }
}
