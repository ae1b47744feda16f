package io.tidemark.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.Project;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes routes other routes. */
class SplitRoutesTest {
  @TempDir Path root;

  @Test
  void routesAreOthersWhenTheirValueIsReadFromElsewhere() {
    List<String> columns =
        List.of(
            "string",
            "bigint",
            "{ type: string, path: meta.type }",
            "{ type: string, from: key }",
            "{ type: string, from: header.type }",
            "{ type: string, from: header.kind }");
    Set<SplitRoutes> routes = new HashSet<>();
    columns.forEach(column -> routes.add(routes(column, "7")));

    assertThat(routes).hasSameSizeAs(columns);
    assertThat(routes(columns.get(0), "8")).isNotEqualTo(routes(columns.get(0), "7"));
    assertThat(routes("{ type: string, required: true }", "7"))
        .as("whether it may be missing decides nothing about who has it")
        .isEqualTo(routes(columns.get(0), "7"));
  }

  private SplitRoutes routes(String column, String values) {
    JobCatalog jobs =
        new Project(root)
            .with(
                "jobs/app.yml",
                """
                job: ods_app
                topic: app
                split: type
                columns:
                  type: %s
                  event_time: { type: timestamp, required: true }
                event-time: { column: event_time }
                output: ods.app
                """
                    .formatted(column))
            .with(
                "jobs/click.yml",
                "job: ods_click\nextends: ods_app\nroute: ['%s']\noutput: ods.click\n"
                    .formatted(values))
            .read()
            .jobs();
    return SplitRoutes.of(jobs.splitOf((IngestSpec) jobs.job("ods_app")).orElseThrow());
  }
}
