package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.UserError;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters are committed before the rows of their micro-batch, by one declaration. */
class DeadLetterTableTest {
  private static final String BEHIND = "{\"event\":{\"0\":4}}";
  private static final String LETTERS = "{\"event\":{\"0\":6}}";

  @TempDir Path root;
  private Table table;

  @BeforeEach
  void create() {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("ods"));
    table =
        catalog.createTable(
            TableIdentifier.of("ods", "event_dead_letter"),
            SparkSchemaUtil.convert(JobTables.deadLetterSchema()));
  }

  @Test
  void aDeclarationDoesNotChangeBetweenLettersAndRows() {
    IngestSpec before = event("seconds: bigint");
    takeOver(before, "");
    Commits.takeOver(table, before.name(), "none", LETTERS);
    IngestSpec after = event("seconds: { type: bigint, required: true }");

    assertThatThrownBy(() -> takeOver(after, BEHIND))
        .isInstanceOf(ChangedDeclarationException.class)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ods.event has everything up to " + BEHIND)
        .hasMessageContaining("ods.event_dead_letter up to " + LETTERS);
    assertThatThrownBy(() -> takeOver(after, BEHIND))
        .as("at every start")
        .isInstanceOf(ChangedDeclarationException.class);
    assertThatCode(() -> takeOver(before, BEHIND)).doesNotThrowAnyException();
    assertThatCode(() -> takeOver(after, LETTERS)).doesNotThrowAnyException();
    assertThatThrownBy(() -> takeOver(before, BEHIND))
        .as("the new one is known now")
        .isInstanceOf(ChangedDeclarationException.class);
  }

  /** Letters from before declarations were written down. */
  @Test
  void anUnknownDeclarationIsTakenForTheSame() {
    IngestSpec job = event("seconds: bigint");
    Commits.takeOver(table, job.name(), "none", LETTERS);

    assertThatCode(() -> takeOver(job, BEHIND)).doesNotThrowAnyException();
  }

  private void takeOver(IngestSpec job, String rows) {
    new DeadLetterTable(job, table).takeOver(KafkaOffsets.parse("event", rows));
  }

  private IngestSpec event(String column) {
    return (IngestSpec)
        new Project(root)
            .with(
                "jobs/a_ods.yml",
                """
                job: ods_event
                topic: event
                columns:
                  event_id: { type: string, required: true }
                  channel: { type: string, path: source.channel }
                  event_time: { type: timestamp, required: true }
                  %s
                event-time: { column: event_time }
                output: ods.event
                """
                    .formatted(column))
            .read()
            .jobs()
            .job("ods_event");
  }
}
