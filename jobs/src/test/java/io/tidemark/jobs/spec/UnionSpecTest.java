package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnionSpecTest {
  private static final String UNION =
      """
      job: dwd_both
      inputs:
        - { table: ods.event, sql: event.sql }
        - { table: ods.app, sql: app.sql }
      dedupe: { key: [event_id] }
      output: dwd.both
      """;

  @TempDir Path root;
  private Project project;

  @BeforeEach
  void declare() {
    project =
        new Project(root)
            .with(
                "jobs/a_app.yml",
                Project.INGEST
                    .replace("ods_event", "ods_app")
                    .replace("topic: event", "topic: app")
                    .replace("ods.event", "ods.app"))
            .with("jobs/app.sql", "SELECT event_id, channel, source.* FROM input\n")
            .with("jobs/d_both.yml", UNION);
  }

  @Test
  void hasATableAndSqlPerInput() {
    JobCatalog jobs = project.read().jobs();
    TransformSpec union = (TransformSpec) jobs.job("dwd_both");

    assertThat(union.tables().toString()).isEqualTo("[ods.event, ods.app]");
    assertThat(union.inputs().get(1).sql()).startsWith("SELECT event_id");
    assertThat(union.takesBack()).isTrue();
    assertThat(union.view()).contains(TableName.parse("dwd.both_v"));
    assertThat(names(jobs.inputs(union))).containsExactly("ods_event", "ods_app");
    assertThat(names(jobs.upstream(union))).containsExactly("ods_event", "ods_app");
    assertThat(jobs.roots(union)).hasSize(2);
    assertThat(names(jobs.downstream(jobs.job("ods_app")))).containsExactly("dwd_both");
    assertThat(names(Lineage.jobsOf(union, jobs)))
        .containsExactly("dwd_both", "ods_event", "ods_app");
    assertThat(Lineage.parts(Lineage.hashOf(union, jobs, ZoneOffset.UTC))).hasSize(3);
  }

  @Test
  void withoutDedupeEveryRowStays() {
    project.with("jobs/d_both.yml", UNION.replace("dedupe: { key: [event_id] }\n", ""));
    JobSpec union = project.read().jobs().job("dwd_both");
    assertThat(union.view()).isEmpty();
  }

  @Test
  void anInputMoreOrItsSqlIsAnotherDefinition() {
    String before = SpecHash.of(project.read().jobs().job("dwd_both"));
    project.with("jobs/app.sql", "SELECT event_id, 'x' AS channel, source.* FROM input\n");
    assertThat(SpecHash.of(project.read().jobs().job("dwd_both"))).isNotEqualTo(before);
  }

  @Test
  void refusesWhatIsNoUnion() {
    assertThat(problemsOf(UNION.replace("  - { table: ods.app, sql: app.sql }\n", "")))
        .containsExactly(
            "inputs names fewer than two tables; name all of them, or write 'input' and 'sql' for"
                + " one");
    assertThat(problemsOf(UNION.replace("ods.app, sql: app.sql", "ods.event, sql: app.sql")))
        .containsExactly(
            "inputs[1].table: 'ods.event' is read already; name it once, and let one SQL do for both");
    assertThat(problemsOf(UNION.replace("ods.app", "ods.ap")))
        .singleElement()
        .asString()
        .contains("'ods.ap' is written by no job; did you mean 'ods.app'?");
    assertThat(problemsOf(UNION.replace("app.sql", "none.sql")))
        .singleElement()
        .asString()
        .contains("does not exist; write the file beside this one");
    assertThat(problemsOf(UNION.replace("ods.app, sql: app.sql", "dwd.event, sql: app.sql")))
        .singleElement()
        .asString()
        .contains("'dwd.event' comes from topic event, as ods.event does");
  }

  @Test
  void whatIsTakenBackCannotBeReadByAll() {
    project.transform("dwd.both", "dwd.more");
    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("'dwd.both' is a union that drops duplicates")
        .contains("move the SQL to job dwd_both");
    project
        .without("jobs/dwd_more.yml")
        .with(
            "jobs/e_dws.yml",
            """
            job: dws_both_1d
            input: dwd.both
            dimensions: [channel]
            window: 1 day
            lateness: unlimited
            metrics: { pv: { count: "*" }, most: { max: kafka_offset } }
            output: dws.both_1d
            """);
    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("metrics.most")
        .contains("nobody knows what the max was without one");
  }

  @Test
  void namesTheJobsOfTheLongestWay() {
    project
        .with("jobs/d_both.yml", UNION.replace("dedupe: { key: [event_id] }\n", ""))
        .transform("dwd.both", "dwd.b")
        .transform("dwd.b", "dwd.c")
        .with(
            "layers.yml",
            "layers: { ods: {}, dwd: {}, dws: { grain-suffix: true } }\nmax-hops: 2\n");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/dwd_c.yml > line 2: input: 'dwd.b' is 3 hops from ods.event (ods_event -> dwd_both"
                + " -> dwd_b -> dwd_c); use at most 2, by reading a table nearer to it");
    project.with("layers.yml", "layers: { ods: {}, dwd: {}, dws: { grain-suffix: true } }\n");
    assertThat(project.problems()).isEmpty();
  }

  private List<String> problemsOf(String union) {
    return project.with("jobs/d_both.yml", union).problems().stream()
        .map(problem -> problem.replaceFirst(".* > line \\d+: ", ""))
        .toList();
  }

  private static List<String> names(List<? extends JobSpec> jobs) {
    return jobs.stream().map(JobSpec::name).toList();
  }
}
