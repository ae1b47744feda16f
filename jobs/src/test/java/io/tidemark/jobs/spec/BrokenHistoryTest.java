package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenHistoryTest {
  private static final String CHANGES =
      """
      job: ods_item_change
      topic: item
      payload: { format: debezium-json, key: [id] }
      columns:
        id: bigint
        name: string
      output: ods.item_change
      """;
  private static final String HISTORY =
      """
      job: dim_item_history
      input: ods.item_change
      history: event-time
      output: dim.item_history
      """;

  @TempDir Path root;

  private Project project(String changes, String history) {
    return new Project(root)
        .with("jobs/d_changes.yml", changes)
        .with("jobs/e_history.yml", history);
  }

  @Test
  void everyKeyIsRead() {
    JobCatalog jobs = project(CHANGES, HISTORY + "buckets: 4\n").read().jobs();
    MirrorSpec history = (MirrorSpec) jobs.job("dim_item_history");
    assertThat(history.history()).isTrue();
    assertThat(history.buckets()).isEqualTo(4);
    assertThat(history.kind()).isEqualTo("history");
    assertThat(history.view()).contains(history.output().withSuffix("_v"));
    String mirror = HISTORY.replace("history: event-time", "delete: hard");
    assertThat(SpecHash.of(project(CHANGES, mirror).read().jobs().job("dim_item_history")))
        .isNotEqualTo(SpecHash.of(history));
  }

  @Test
  void aHistoryIsRefused() {
    assertThat(project(CHANGES, HISTORY.replace("event-time", "processing-time")).problems())
        .containsExactly(
            "conf/jobs/e_history.yml > line 3: history: 'processing-time' is not one of event-time");
    assertThat(project(CHANGES, HISTORY.replace("ods.item_change", "ods.event")).problems())
        .containsExactly(
            "conf/jobs/e_history.yml > line 2: input: 'ods.event' is no change log; a history reads the table"
                + " of an ingest job with 'payload: { format: debezium-json }', canal-json or"
                + " maxwell-json");
    assertThat(project(CHANGES.replace("name:", "valid_to:"), HISTORY).problems())
        .containsExactly(
            "conf/jobs/e_history.yml > line 2: input: 'ods.item_change' has a column 'valid_to', which is"
                + " what a history calls when a version was valid; give it another name there, and"
                + " say which column of the source it is with 'path: valid_to'");
    assertThat(project(CHANGES, HISTORY).transform("dim.item_history", "dwd.item_clean").problems())
        .anyMatch(problem -> problem.contains("is a history, whose table holds changes"));
  }

  private static final String LOOKUP =
      """
      lookup:
        item:
          table: dim.item_history
          key: { id: seconds }
          columns: { name: string }
          as-of: event-time
      """;

  private Project lookedUp(String lookup) {
    return project(CHANGES, HISTORY).with("jobs/b_dwd.yml", Project.TRANSFORM + lookup);
  }

  @Test
  void aLookupInItIsRead() {
    JobCatalog jobs = lookedUp(LOOKUP).read().jobs();
    TransformSpec job = (TransformSpec) jobs.job("dwd_event");
    assertThat(job.lookups().get(0).lateness()).isEqualTo(Duration.ofDays(2));
    assertThat(job.corrects()).isTrue();
    assertThat(job.replaces()).isFalse();
    assertThat(job.view()).contains(job.output().withSuffix("_v"));
    assertThat(jobs.inputs(job))
        .containsExactly(jobs.job("ods_event"), jobs.job("dim_item_history"));
    assertThat(jobs.roots(job))
        .containsExactly(
            (IngestSpec) jobs.job("ods_event"), (IngestSpec) jobs.job("ods_item_change"));
    String hash = SpecHash.of(job);
    TransformSpec other =
        (TransformSpec) lookedUp(LOOKUP + "    lateness: 1 hour\n").read().jobs().job("dwd_event");
    assertThat(SpecHash.of(other)).isNotEqualTo(hash);
  }

  @Test
  void aLookupInItIsRefused() {
    assertThat(lookedUp(LOOKUP.replace("dim.item_history", "dim.item")).problems())
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 7: lookup.item: 'dim.item' is not the table of a history;"
                + " look up as of event time in one, or remove 'as-of'");
    assertThat(lookedUp(LOOKUP.replace("{ id:", "{ name:")).problems())
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 6: lookup.item.key: 'name' is not the key of the history,"
                + " which tells its rows apart: id");
    assertThat(lookedUp(LOOKUP.replace("{ name:", "{ nam:")).problems())
        .containsExactly(
            "conf/jobs/b_dwd.yml > line 6: lookup.item.columns: 'nam' is not a column of the"
                + " history; did you mean 'name'?");
    assertThat(lookedUp(LOOKUP.replace("as-of: event-time", "lateness: 1 hour")).problems())
        .anyMatch(problem -> problem.contains("goes with 'as-of: event-time'"));
    assertThat(lookedUp(LOOKUP.replace("    as-of: event-time\n", "")).problems())
        .anyMatch(problem -> problem.contains("is written by job dim_item_history"));
    assertThat(lookedUp(LOOKUP + "flatten: { column: channel, index: place }\n").problems())
        .anyMatch(problem -> problem.contains("makes several rows of a message"));
    assertThat(lookedUp(LOOKUP).transform("dwd.event", "dwd.event_clean").problems())
        .anyMatch(problem -> problem.contains("looks rows up as of event time, whose table holds"));
  }
}
