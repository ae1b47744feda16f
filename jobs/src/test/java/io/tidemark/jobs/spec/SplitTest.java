package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.SplitSpec.Otherwise;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitTest {
  private static final String REST =
      """
      job: ods_app
      topic: app
      start: latest
      split: { by: type, otherwise: row }
      columns:
        type: { type: string, path: meta.type }
        event_time: { type: timestamp, required: true }
      event-time: { column: event_time }
      output: ods.app
      """;

  @TempDir Path root;
  private Project project;

  @BeforeEach
  void write() {
    project = new Project(root).with("jobs/app.yml", REST);
    route("click", "[click]", "columns: { page: string }");
    route("pay", "[pay, refund]", "start: { day: 2026-01-15 }");
  }

  private void route(String name, String values, String more) {
    project.with(
        "jobs/" + name + ".yml",
        "job: ods_%1$s\nextends: ods_app\nroute: %2$s\noutput: ods.%1$s\n%3$s\n"
            .formatted(name, values, more));
  }

  @Test
  void routesAreJobsThatExtendTheOneThatHasTheRest() {
    JobCatalog jobs = project.read().jobs();
    IngestSpec click = (IngestSpec) jobs.job("ods_click");

    Split split = jobs.splitOf(click).orElseThrow();

    assertThat(split.jobs())
        .extracting(JobSpec::name)
        .containsExactly("ods_click", "ods_pay", "ods_app");
    assertThat(split.rest()).isEqualTo(jobs.job("ods_app"));
    assertThat(split.by().path()).isEqualTo("meta.type");
    assertThat(click.split()).isEqualTo(new SplitSpec("type", List.of("click"), Otherwise.ROW));
    assertThat(click.columns())
        .extracting(ColumnSpec::name)
        .containsExactly("type", "event_time", "page");
    assertThat(jobs.splitOf((IngestSpec) jobs.job("ods_event"))).isEmpty();
    assertThat(SpecHash.of(click)).isNotEqualTo(SpecHash.of(jobs.job("ods_pay")));
  }

  @Test
  void aRouteHasAStartOfItsOwnOrNone() {
    JobCatalog jobs = project.read().jobs();

    assertThat(((IngestSpec) jobs.job("ods_app")).start()).isEqualTo(Start.Edge.LATEST);
    assertThat(((IngestSpec) jobs.job("ods_click")).start())
        .isEqualTo(Start.OfSplit.WHERE_IT_STANDS);
    assertThat(((IngestSpec) jobs.job("ods_pay")).start()).isInstanceOf(Start.Day.class);
  }

  @Test
  void aShortFormNamesTheColumn() {
    project.with("jobs/app.yml", REST.replace("{ by: type, otherwise: row }", "type"));

    IngestSpec click = (IngestSpec) project.read().jobs().job("ods_click");

    assertThat(click.split().by()).isEqualTo("type");
    assertThat(click.split().otherwise()).isEqualTo(Otherwise.DEAD_LETTER);
  }

  @Test
  void aValueInTwoRoutesIsRefused() {
    route("other", "[cancel, refund]", "");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/pay.yml > line 3: route: 'refund' is in the route of conf/jobs/other.yml too; a message goes to one table: keep it in one of them");
  }

  @Test
  void oneJobHasTheRest() {
    route("other", "[cancel]", "");
    project.with("jobs/second.yml", "job: ods_second\nextends: ods_app\noutput: ods.second\n");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/second.yml > line 1: job: 'ods_second' has no 'route', and neither has conf/jobs/app.yml, which splits the same topic; list in 'route' the values whose messages the job takes");

    project.without("jobs/second.yml").with("jobs/app.yml", REST + "route: [app]\n");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/app.yml > line 10: route has no job for what no route takes; declare one that reads topic app with 'split' and without 'route'");
  }

  @Test
  void jobsThatAreReadTogetherAgreeOnHow() {
    route("click", "[click]", "columns: { type: { type: string, path: kind } }");
    route("pay", "[pay]", "limit: { messages-per-second: 5 }");
    route("by", "[x]", "split: { by: event_type }\ncolumns: { event_type: string }");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/by.yml > line 5: split splits the topic by another column than conf/jobs/app.yml, but both are read together: write the same, or extend ods_app",
            "conf/jobs/click.yml > line 5: columns declares column 'type' differently from conf/jobs/app.yml, but both are read together: write the same, or extend ods_app",
            "conf/jobs/pay.yml > line 5: limit is not that of conf/jobs/app.yml, but both are read together: write the same, or extend ods_app");
  }

  @Test
  void whatOneFileGetsWrongIsToldThere() {
    project.with("jobs/app.yml", REST.replace("by: type", "by: typ"));
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/app.yml > line 4: split.by: 'typ' is not a declared column; did you mean 'type'?");
    project.with("jobs/app.yml", REST.replace("by: type", "by: event_time"));
    assertThat(project.problems())
        .contains(
            "conf/jobs/app.yml > line 4: split.by: 'event_time' is of type timestamp; name a column of type string, int or bigint");
    project.with("jobs/app.yml", REST.replace("by: type, ", ""));
    assertThat(project.problems())
        .contains(
            "conf/jobs/app.yml > line 4: split.by is missing; name the column that tells where a message belongs");
    project.with("jobs/app.yml", REST.replace("type: string", "type: int"));
    assertThat(project.problems())
        .contains(
            "conf/jobs/click.yml > line 3: route: 'click' is no value of column type; write a whole number without leading zeros");
    project.with("jobs/app.yml", REST);
    route("click", "[]", "");
    route("pay", "[pay, pay]", "");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/click.yml > line 3: route is empty; list the values whose messages the job takes",
            "conf/jobs/pay.yml > line 3: route: 'pay' is listed twice; list it once");
    project.without("jobs/click.yml").without("jobs/pay.yml");
    project.with("jobs/app.yml", REST.replace("split: { by: type, otherwise: row }", "route: [a]"));
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/app.yml > line 4: route goes with 'split'; extend the job that splits the topic, or write 'split: { by: COLUMN }'");
  }
}
