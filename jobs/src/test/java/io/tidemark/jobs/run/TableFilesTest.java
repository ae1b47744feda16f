package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the file of a job's table meets the columns that follow from the job. */
class TableFilesTest {
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[1]", spark.ui.enabled: false }
      """;

  @TempDir Path root;

  @Test
  void columnsThatTheJobDoesNotGiveAreRefused() {
    assertThat(
            problems(
                """
                table: dwd.event
                columns:
                  chanel: { comment: x }
                  event_id: { renamed-from: channel }
                partitions: [channel, "bucket(4, evnt_id)"]
                sort: [kafka_ofset]
                """))
        .containsExactly(
            "conf/tables/t.yml columns.chanel is not a column of dwd.event; did you mean"
                + " 'channel'?",
            "conf/tables/t.yml columns.event_id.renamed-from: 'channel' is the name of a column that"
                + " is declared, too; a name can be given anew only after the renaming was applied",
            "conf/tables/t.yml partitions: 'channel' is not what the job's table is partitioned by"
                + " first; write 'partitions: [dt, ...]'",
            "conf/tables/t.yml partitions: 'bucket(4, evnt_id)' names no column of dwd.event; did"
                + " you mean 'event_id'?",
            "conf/tables/t.yml sort: 'kafka_ofset' names no column of dwd.event; did you mean"
                + " 'kafka_offset'?");
  }

  @Test
  void theFileAddsToWhatTheJobSays() {
    Declarations declarations =
        declarations(
            """
            table: dwd.event
            columns: { channel: { comment: Where it was shown. } }
            partitions: [dt, "bucket(4, event_id)"]
            retention: 30 days
            """);

    DeclaredTable table =
        tables(declarations).declared(declarations.jobs().job("dwd_event")).get(0);

    assertThat(table.schema().findField("channel").doc()).isEqualTo("Where it was shown.");
    assertThat(table.schema().findField("dt").doc()).startsWith("Business day");
    assertThat(table.partitions())
        .containsExactly(PartitionTerm.DT, PartitionTerm.parse("bucket(4, event_id)"));
    assertThat(table.properties())
        .containsEntry(DeclaredTable.RETENTION, "30 days")
        .containsEntry(DeclaredTable.KEYS, "dt,event_id");
  }

  private List<String> problems(String file) {
    Declarations declarations = declarations(file);
    return tables(declarations).problems(declarations.jobs().job("dwd_event")).stream()
        .map(TableFilesTest::text)
        .toList();
  }

  private static String text(Problem problem) {
    return problem.file() + " " + problem.text();
  }

  private Declarations declarations(String file) {
    return new Project(root).with("env/test.yml", ENVIRONMENT).with("tables/t.yml", file).read();
  }

  private static JobTables tables(Declarations declarations) {
    return new JobTables(
        Lakehouse.withoutTables(declarations.environment()),
        declarations.jobs(),
        declarations.tables());
  }
}
