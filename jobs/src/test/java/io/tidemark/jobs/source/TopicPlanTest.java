package io.tidemark.jobs.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.source.TopicPlan.Change;
import io.tidemark.jobs.spec.TopicSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicPlanTest {
  private static final TopicSpec EVENT =
      new TopicSpec("event", 4, 1, Map.of("retention.ms", "1000"), "conf/topics/x.yml");

  @Test
  void whatIsNotThereIsCreated() {
    assertThat(plan(EVENT, Map.of()).changes())
        .extracting(Change::text)
        .containsExactly("create event: 4 partitions, replication 1, {retention.ms=1000}");
  }

  @Test
  void whatIsThereAsDeclaredIsLeft() {
    TopicPlan plan = plan(EVENT, there(4, 1, Map.of("retention.ms", "1000", "segment.ms", "5")));
    assertThat(plan.changes()).isEmpty();
    assertThat(plan.refused()).isEmpty();
    assertThat(plan.notes())
        .containsExactly("topic event has segment.ms: 5, which is not declared and stays");
  }

  @Test
  void partitionsGrowAndSettingsChange() {
    assertThat(plan(EVENT, there(2, 1, Map.of("retention.ms", "5"))).changes())
        .extracting(Change::text)
        .satisfiesExactly(
            grow ->
                assertThat(grow)
                    .startsWith("grow event from 2 to 4 partitions")
                    .contains("order of its messages before and after is lost"),
            set -> assertThat(set).isEqualTo("set on event retention.ms: 5 -> 1000"));
  }

  @Test
  void partitionsDoNotShrinkAndCopiesAreNotMoved() {
    assertThat(plan(EVENT, there(8, 3, Map.of("retention.ms", "1000"))).refused())
        .satisfiesExactly(
            shrink -> assertThat(shrink).contains("partitions only grow", "declare 8"),
            copies -> assertThat(copies).contains("kafka-reassign-partitions", "declare 3"));
  }

  @Test
  void onlyWhatIsNamedAndNowhereDeclaredIsDeleted() {
    TopicPlan plan =
        TopicPlan.of(
            List.of(EVENT),
            Map.of(
                "event", state(4, 1, Map.of("retention.ms", "1000")), "old", state(1, 1, Map.of())),
            List.of("event", "old", "older"),
            List.of());
    assertThat(plan.refused())
        .containsExactly(
            "topic event is declared in conf/topics/x.yml: remove that first, then delete the topic");
    assertThat(plan.changes())
        .extracting(Change::text)
        .containsExactly("delete old with all its messages");
    assertThat(plan.notes()).containsExactly("topic older is not there");
  }

  private static TopicPlan plan(TopicSpec declared, Map<String, TopicState> there) {
    return TopicPlan.of(List.of(declared), there, List.of(), List.of());
  }

  private static Map<String, TopicState> there(
      int partitions, int replication, Map<String, String> config) {
    return Map.of("event", state(partitions, replication, config));
  }

  private static TopicState state(int partitions, int replication, Map<String, String> config) {
    return new TopicState(partitions, replication, config);
  }
}
