package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
    return new Project(root).with("jobs/d_changes.yml", changes).with("jobs/e_history.yml", history);
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
            "e_history.yml > line 3: history: 'processing-time' is not one of event-time");
    assertThat(project(CHANGES, HISTORY.replace("ods.item_change", "ods.event")).problems())
        .containsExactly(
            "e_history.yml > line 2: input: 'ods.event' is no change log; a history reads the table"
                + " of an ingest job with 'payload: { format: debezium-json }', canal-json or"
                + " maxwell-json");
    assertThat(project(CHANGES.replace("name:", "valid_to:"), HISTORY).problems())
        .containsExactly(
            "e_history.yml > line 2: input: 'ods.item_change' has a column 'valid_to', which is"
                + " what a history calls when a version was valid; give it another name there, and"
                + " say which column of the source it is with 'path: valid_to'");
    assertThat(
            project(CHANGES, HISTORY).transform("dim.item_history", "dwd.item_clean").problems())
        .anyMatch(problem -> problem.contains("is a history, whose table holds changes"));
  }
}
