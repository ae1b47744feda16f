package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  @TempDir Path root;

  @Test
  void changesWithWhateverIsUpstream() {
    Project project = new Project(root);
    String before = ofTheAggregate(project, SHANGHAI);
    String otherTopic = Project.INGEST.replace("topic: event", "topic: events");

    assertThat(ofTheAggregate(project, SHANGHAI)).isEqualTo(before);
    assertThat(ofTheAggregate(project.with("jobs/a_ods.yml", otherTopic), SHANGHAI))
        .isNotEqualTo(before);
  }

  /** Business days begin elsewhere, so what was computed of them is of other rows. */
  @Test
  void changesWithTheTimeZone() {
    Project project = new Project(root);

    assertThat(ofTheAggregate(project, ZoneId.of("Europe/Berlin")))
        .isNotEqualTo(ofTheAggregate(project, SHANGHAI));
  }

  private static String ofTheAggregate(Project project, ZoneId zone) {
    JobCatalog jobs = project.read().jobs();
    JobSpec aggregate =
        jobs.jobs().stream().filter(AggregateSpec.class::isInstance).findFirst().orElseThrow();
    return Lineage.hashOf(aggregate, jobs, zone);
  }
}
