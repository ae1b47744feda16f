package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicReaderTest {
  private static final String FILE =
      """
      topics:
        event:
          partitions: 4
          replication: 3
          retention: 7 days
          cleanup: compact-and-delete
          config: { max.message.bytes: 1000000 }
        small: 1
      """;

  @TempDir Path root;

  @Test
  void topicsAreRead() {
    assertThat(new Project(root).with("topics/a/x.yml", FILE).read().topics())
        .containsExactly(
            new TopicSpec(
                "event",
                4,
                3,
                Map.of(
                    "retention.ms", "604800000",
                    "cleanup.policy", "compact,delete",
                    "max.message.bytes", "1000000"),
                "conf/topics/a/x.yml"),
            new TopicSpec("small", 1, 0, Map.of(), "conf/topics/a/x.yml"));
  }

  @Test
  void aProjectMayDeclareNone() {
    assertThat(new Project(root).read().topics()).isEmpty();
  }

  @Test
  void unlimitedIsAsLongAsThereIsRoom() {
    String unlimited = FILE.replace("7 days", "unlimited");
    assertThat(new Project(root).with("topics/x.yml", unlimited).read().topics().get(0).config())
        .containsEntry("retention.ms", "-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          partitions: 4           | partitions: 0       | line 3: topics.event.partitions: '0' is not a whole number from 1 to 10000
          partitions: 4           | partition: 4        | line 3: topics.event.partition is not a key; did you mean 'partitions'?; line 2: topics.event.partitions is missing; write 'partitions: ...' (whole number from 1 to 10000)
          replication: 3          | replication: 1000   | line 4: topics.event.replication: '1000' is not a whole number from 1 to 100
          retention: 7 days       | retention: 7d       | line 5: topics.event.retention: '7d' is not a duration; write a whole number and a unit (milliseconds, seconds, minutes, hours, days), such as 2 hours
          retention: 7 days       | retention: 0 days   | line 5: topics.event.retention: '0 days' is no time at all; write more than 0
          compact-and-delete      | none                | line 6: topics.event.cleanup: 'none' is not one of delete, compact, compact-and-delete
          max.message.bytes       | max.mesage.bytes    | line 7: topics.event.config.max.mesage.bytes: '1000000' is no setting of a topic; did you mean 'max.message.bytes'?
          max.message.bytes       | retention.ms        | line 7: topics.event.config.retention.ms: '1000000' has a key of its own here; write 'retention: ...'
          small                   | a b                 | line 8: topics.a b is not a Kafka topic; use at most 249 letters, digits, dots, underscores and dashes
          """)
  void isRefused(String written, String instead, String problem) {
    String broken = FILE.replace(written, instead);
    assertThat(broken).isNotEqualTo(FILE);
    Project project = new Project(root).with("topics/x.yml", broken);
    assertThat(String.join("; ", project.problems()).replace("conf/topics/x.yml > ", ""))
        .isEqualTo(problem);
  }

  @Test
  void aTopicIsDeclaredOnce() {
    Project project = new Project(root).with("topics/x.yml", FILE).with("topics/y.yml", FILE);
    assertThat(project.problems())
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).contains("is declared in conf/topics/x.yml too"))
        .allSatisfy(problem -> assertThat(problem).startsWith("conf/topics/y.yml"));
  }
}
