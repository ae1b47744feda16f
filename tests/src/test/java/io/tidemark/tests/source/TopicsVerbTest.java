package io.tidemark.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.app.Topics;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Declared topics on a real broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@AnyZone
class TopicsVerbTest {
  private static final String TIME = "2026-01-15T00:00:00Z";

  @TempDir private Path folder;
  private SourceProject project;
  private String topic;

  /** The brokers to run on. */
  String brokers() {
    return SourceProject.sharedBroker();
  }

  @BeforeEach
  void declare() {
    project = new SourceProject(folder, brokers());
    topic = project.topic("event");
    project.job("event", topic, "");
    declare("{ partitions: 1, retention: 7 days, cleanup: delete }");
  }

  private void declare(String what) {
    project.with("topics/all.yml", "topics:\n  %s: %s\n".formatted(topic, what));
  }

  @Test
  void aPlanChangesNothingAndAnApplyRepeatedChangesNothingMore() {
    VerbAnswer plan = topics("plan");
    assertThat(plan.exitCode()).as(plan.err()).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
    assertThat(plan.out())
        .contains("would create " + topic + ": 1 partitions", "Nothing was changed");
    assertThat(topics("plan").out()).contains("would create " + topic);

    VerbAnswer apply = topics("apply");
    assertThat(apply.exitCode()).as(apply.err()).isEqualTo(ExitCodes.OK);
    assertThat(apply.out()).contains("done: create " + topic);
    assertThat(topics("apply").out()).contains("1 topics declared, and Kafka has them so");

    declare("{ partitions: 1, retention: unlimited, cleanup: delete }");
    assertThat(topics("apply").out())
        .contains("done: set on " + topic + " retention.ms: 604800000 -> -1");
    assertThat(topics("plan").out()).contains("and Kafka has them so");
  }

  @Test
  void aTopicThatGrewIsReadWholeAlsoAfterALostCheckpoint() {
    topics("apply");
    project.send(topic, 0, TIME);
    catchUp();
    declare("3");
    assertThat(topics("plan").out()).contains("order of its messages before and after is lost");
    assertThat(topics("apply").exitCode()).isEqualTo(ExitCodes.OK);
    project.loseCheckpoint("ods_event");
    project.send(topic, 0, TIME);
    project.send(topic, 2, TIME);
    catchUp();
    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p2");

    declare("4");
    topics("apply");
    project.send(topic, 3, TIME);
    catchUp();
    assertThat(project.ids("event")).containsExactly("00-p0", "01-p0", "02-p2", "03-p3");

    declare("2");
    VerbAnswer shrink = topics("apply");
    assertThat(shrink.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(shrink.err()).contains("partitions only grow", "Nothing was changed");
  }

  @Test
  void whatTheBrokersRefuseChangesNothing() {
    String other = project.topic("a_first");
    project.with(
        "topics/all.yml",
        "topics:\n  %s: 1\n  %s: { partitions: 1, replication: 3 }\n".formatted(other, topic));

    VerbAnswer apply = topics("apply");

    assertThat(apply.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(apply.err()).contains("Kafka refuses to create " + topic).contains("replication");
    try (Topics there = new Topics(project.servers())) {
      assertThat(there.names()).doesNotContain(other, topic);
    }
  }

  @Test
  void aTopicIsDeletedOnlyWhenNobodyHoldsIt() {
    topics("apply");
    VerbAnswer held = topics("apply", "--delete", topic);
    assertThat(held.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(held.err())
        .contains("declared in conf/topics/all.yml and read by job ods_event: remove that first");

    project.with("topics/all.yml", "topics: {}\n").job("event", topic + "_2", "");
    assertThat(topics("plan", "--delete", topic).out()).contains("would delete " + topic);
    assertThat(topics("apply", "--delete", topic).out()).contains("done: delete " + topic);
    try (Topics there = new Topics(project.servers())) {
      assertThat(there.names()).doesNotContain(topic);
    }
    VerbAnswer again = topics("apply", "--delete", topic);
    assertThat(again.exitCode()).isEqualTo(ExitCodes.OK);
    assertThat(again.out()).contains("topic " + topic + " is not there");
  }

  @Test
  void aBrokerThatIsDownIsAFailureThatMayPass() {
    VerbAnswer down =
        topics("plan", "--set", "kafka.bootstrap-servers=localhost:" + LocalBroker.freePort());
    assertThat(down.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(down.err()).contains("no Kafka broker takes connections");
  }

  private void catchUp() {
    VerbAnswer run = project.run("run", "all", "--mode", "catchup");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
  }

  private VerbAnswer topics(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "topics";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return project.run(all);
  }
}
