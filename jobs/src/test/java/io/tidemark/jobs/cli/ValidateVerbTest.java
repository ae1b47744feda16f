package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.Project;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a job would be refused for when it starts is found before, all of it at once. */
@Tag("any-zone")
class ValidateVerbTest {
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: "%s" }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[1]", spark.ui.enabled: false }
      """;
  private static final String UNION =
      """
      job: dwd_%1$s
      inputs: [{ table: ods.web, sql: web.sql }, { table: ods.app, sql: app.sql }]
      dedupe: { key: [event_id] }
      output: dwd.%1$s
      """;

  @TempDir Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void rowsThatDoNotGoWithTheDeclarationAreFoundInAllTables() {
    Project project = project();
    assertThat(validate()).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(root.resolve("w")).as("nothing is made").doesNotExist();
    Declarations declarations = project.read();
    JobTables tables =
        new JobTables(Lakehouse.open(declarations.environment()), declarations.jobs());
    for (JobSpec job : declarations.jobs().jobs()) {
      tables.ensure(job);
    }
    assertThat(Files.exists(root.resolve("w"))).isTrue();
    assertThat(validate()).as(err.toString()).isEqualTo(ExitCodes.OK);

    project
        .with("jobs/b_one.yml", UNION.formatted("one").replaceAll("dedupe: .*\n", ""))
        .with(
            "jobs/b_two.yml",
            UNION.formatted("two").replaceAll("inputs: .*", "input: ods.web\nsql: web.sql"))
        .with("jobs/d_mirror.yml", mirror(8));
    assertThat(validate()).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString())
        .contains("job dwd_one", "dedupe is gone, but table dwd.one has rows that are taken back")
        .contains("job dwd_two", "inputs has one table left, but table dwd.two has rows")
        .contains("job dwd_customer", "table dwd.customer has 4 buckets", "'buckets: 4' again")
        .contains("3 problems");
  }

  private Project project() {
    Project project =
        new Project(root)
            .with("env/test.yml", ENVIRONMENT.formatted(root.resolve("w")))
            .without("jobs/a_ods.yml")
            .without("jobs/b_dwd.yml")
            .without("jobs/c_dws.yml")
            .without("jobs/event.sql")
            .with("jobs/b_one.yml", UNION.formatted("one"))
            .with("jobs/b_two.yml", UNION.formatted("two"))
            .with(
                "jobs/c_ods.yml",
                """
                job: ods_customer
                topic: customer
                payload: { format: debezium-json, table: public.customer, key: [id] }
                columns: { id: bigint, city: string }
                output: ods.customer
                """)
            .with("jobs/d_mirror.yml", mirror(4));
    for (String source : List.of("web", "app")) {
      project
          .with(
              "jobs/a_" + source + ".yml",
              """
              job: ods_%1$s
              topic: %1$s
              columns:
                event_id: { type: string, required: true }
                event_time: { type: timestamp, required: true }
              event-time: { column: event_time }
              output: ods.%1$s
              """
                  .formatted(source))
          .with("jobs/" + source + ".sql", "SELECT event_id, source.* FROM input\n");
    }
    return project;
  }

  private static String mirror(int buckets) {
    return """
        job: dwd_customer
        input: ods.customer
        delete: hard
        buckets: %d
        output: dwd.customer
        """
        .formatted(buckets);
  }

  private int validate() {
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute("validate", "--conf", root.resolve("conf").toString(), "--env", "test");
  }
}
