package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.Project;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The registry as people see it: listed, followed to the message, and held against the tables. */
@Tag("any-zone")
class MetricsVerbTest {
  private static final String ENVIRONMENT =
      """
      time-zone: UTC
      catalog: { type: embedded, warehouse: w }
      checkpoints: c
      kafka: { bootstrap-servers: "one:9092" }
      spark: { spark.master: "local[1]", spark.ui.enabled: false }
      """;
  private static final String REGISTRY =
      """
      metrics:
        readers:
          { version: 1, owner: us, unit: users, description: Who reads., distinct: event_id }
        spent: { version: 3, owner: them, unit: s, sum: spent }
        pace: { version: 1, owner: us, unit: s per user, ratio: [spent, readers] }
        idle: { version: 1, owner: us, unit: s, max: spent }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path root;
  private Project project;

  @BeforeEach
  void declare() {
    project =
        new Project(root)
            .with("env/test.yml", ENVIRONMENT)
            .with("metrics/a.yml", REGISTRY)
            .with(
                "jobs/event.sql",
                "SELECT event_id, channel, abs(seconds) AS spent, source.* FROM input")
            .with(
                "jobs/c_dws.yml",
                Project.AGGREGATE
                    .replace("ods.event", "dwd.event")
                    .replace(
                        "seconds: { sum: seconds }", "uv: readers\n  spent: spent\n  pace: pace"));
  }

  @Test
  void allAreListedAndThoseOfAJobAreMarked() {
    assertThat(run("metrics")).as(err.toString()).isEqualTo(ExitCodes.OK);

    assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .contains(
            "metric|version|unit|owner|definition|column of tables",
            "readers|1|users|us|distinct(event_id)|dws.event_1min.uv",
            "spent|3|s|them|sum(spent)|dws.event_1min.spent",
            "pace|1|s per user|us|ratio(spent v3, readers v1)|dws.event_1min.pace",
            "idle|1|s|us|max(spent)",
            "dws_event_1min.pv|its own|count(*)|dws.event_1min.pv");
  }

  @Test
  void aNamedOneIsFollowedToTheMessage() {
    assertThat(run("metrics", "pace", "idle")).as(err.toString()).isEqualTo(ExitCodes.OK);

    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            pace, version 1, in s per user = ratio(spent v3, readers v1)
              dws.event_1min.pace  ratio(spent, uv)
                dws.event_1min.spent  sum(spent)
                  dwd.event.spent
                    ods.event.seconds
                      topic event: seconds
                dws.event_1min.uv  distinct(event_id)
                  dwd.event.event_id
                    ods.event.event_id
                      topic event: event_id

            idle, version 1, in s = max(spent)
              no job has it

            """);
  }

  @Test
  void metricsOfARollupAreFollowedThroughItsSummary() {
    project.with(
        "views/v.yml",
        """
        view: ads.event_v
        of: dws.event_1min
        rollup: { metrics: { busy: { distinct: channel, having: { pv: '>= 3', pace: '< 9' } } } }
        """);
    assertThat(run("metrics", "ads.event_v.busy")).as(err.toString()).isEqualTo(ExitCodes.OK);

    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            ads.event_v.busy, without a version = distinct(channel) having pace < 9 and pv >= 3
              ads.event_v.busy  distinct(channel) having pace < 9 and pv >= 3
                dws.event_1min.channel
                  dwd.event.channel
                    ods.event.channel
                      topic event: source.channel
                dws.event_1min.pace  ratio(spent, uv)
                  dws.event_1min.spent  sum(spent)
                    dwd.event.spent
                      ods.event.seconds
                        topic event: seconds
                  dws.event_1min.uv  distinct(event_id)
                    dwd.event.event_id
                      ods.event.event_id
                        topic event: event_id
                dws.event_1min.pv  count(*)
                  dwd.event  every row
                    ods.event  every row
                      topic event  every message

            """);
  }

  @Test
  void allThatIsKnownIsThereAsJson() throws Exception {
    assertThat(run("metrics", "--json", "readers", "dws_event_1min.pv"))
        .as(err.toString())
        .isEqualTo(ExitCodes.OK);

    JsonNode metrics = new ObjectMapper().readTree(out.toString());
    assertThat(metrics).hasSize(2);
    assertThat(metrics.get(0).get("version").asLong()).isEqualTo(1);
    assertThat(metrics.get(0).get("description").asText()).isEqualTo("Who reads.");
    assertThat(metrics.get(0).get("declared").asText()).isEqualTo("conf/metrics/a.yml");
    JsonNode column = metrics.get(0).get("columns").get(0);
    assertThat(column.get("job").asText()).isEqualTo("dws_event_1min");
    assertThat(column.get("view").asText()).isEqualTo("dws.event_1min_v");
    assertThat(column.at("/lineage/from/0/from/0/name").asText()).isEqualTo("ods.event.event_id");
    assertThat(metrics.get(1).has("version")).isFalse();
    assertThat(metrics.get(1).at("/columns/0/lineage/from/0/how").asText()).isEqualTo("every row");
  }

  @Test
  void anUnknownOneIsRefusedWithASuggestion() {
    assertThat(run("metrics", "reader")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("There is no metric 'reader'; did you mean 'readers'?");
  }

  @Test
  void anotherDefinitionUnderAVersionThatTablesHaveIsRefused() {
    Declarations declarations = project.read();
    new JobTables(Lakehouse.open(declarations.environment()), declarations.jobs())
        .ensure(declarations.jobs().job("dws_event_1min"));
    String changed = REGISTRY.replace("distinct: event_id", "distinct: channel");

    assertThat(run("validate")).as(err.toString()).isEqualTo(ExitCodes.OK);
    project.with("metrics/a.yml", changed);
    assertThat(run("validate")).isEqualTo(ExitCodes.REFUSED);

    String problem =
        "metrics.readers.version: '1' stands for distinct(event_id) in table dws.event_1min, and is"
            + " distinct(channel) now; raise version to 2, or take the change back";
    assertThat(err.toString()).contains("conf/metrics/a.yml", problem);
    err.getBuffer().setLength(0);
    assertThat(run("run", "all", "--mode", "batch", "--day", "2026-01-15"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString()).contains(problem);

    err.getBuffer().setLength(0);
    project.with("metrics/a.yml", changed.replaceFirst("version: 1", "version: 2"));
    assertThat(run("validate")).isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString())
        .as("the ratio is another one with it")
        .contains("metrics.pace.version: '1'", "raise version to 2")
        .doesNotContain("metrics.readers");
    project.with(
        "metrics/a.yml", changed.replace("version: 1, owner: us", "version: 2, owner: us"));
    assertThat(run("validate")).as(err.toString()).isEqualTo(ExitCodes.OK);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--conf", root.resolve("conf").toString(), "--env", "test"));
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }
}
