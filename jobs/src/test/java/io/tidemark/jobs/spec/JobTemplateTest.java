package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.config.DeclaredValue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobTemplateTest {
  private static final String TEMPLATE =
      """
      template: stream
      owner: us
      start: { day: 2026-01-15 }
      columns:
        event_id: { type: string, required: true }
        event_time: { type: timestamp, required: true }
        note: { type: string, required: true }
      event-time: { column: event_time, max-ahead: 2 days }
      """;
  private static final String SHORT =
      """
      job: ods_short
      extends: stream
      topic: short
      columns:
        note: string
        extra: bigint
      event-time: { max-ahead: 3 days }
      output: ods.short
      """;

  @TempDir Path root;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(root).with("jobs/z_stream.yml", TEMPLATE).with("jobs/ods/short.yml", SHORT);
  }

  @Test
  void whatIsNotWrittenIsInherited() {
    IngestSpec job = (IngestSpec) project.read().jobs().job("ods_short");

    assertThat(job.owner()).isEqualTo("us");
    assertThat(job.start()).isEqualTo(new Start.Day(LocalDate.of(2026, 1, 15)));
    assertThat(job.columns().stream().map(ColumnSpec::name))
        .containsExactly("event_id", "event_time", "note", "extra");
    assertThat(job.columns().get(2).required()).as("note is replaced as a whole").isFalse();
    assertThat(job.eventTime().column()).isEqualTo("event_time");
    assertThat(job.eventTime().maxAhead()).isEqualTo(Duration.ofDays(3));
  }

  @Test
  void aTemplateIsNoJob() {
    assertThat(project.read().jobs().jobs()).extracting(JobSpec::name).doesNotContain("stream");
  }

  @Test
  void aStartIsReplacedAsAWhole() {
    project.with("jobs/ods/short.yml", SHORT + "start: latest\n");
    assertThat(((IngestSpec) project.read().jobs().job("ods_short")).start())
        .isEqualTo(Start.Edge.LATEST);
    project.with("jobs/ods/short.yml", SHORT + "start: { offsets: { 0: 5 } }\n");
    assertThat(project.problems()).isEmpty();
  }

  @Test
  void aJobAndALineOfTemplatesCanBeExtended() {
    project
        .with("jobs/base.yml", "template: base\nowner: them\ndescription: a line\n")
        .with("jobs/z_stream.yml", TEMPLATE + "extends: base\n")
        .with("jobs/more.yml", "job: ods_more\nextends: ods_short\noutput: ods.more\ntopic: m\n");

    IngestSpec more = (IngestSpec) project.read().jobs().job("ods_more");
    assertThat(more.description()).isEqualTo("a line");
    assertThat(more.owner()).isEqualTo("us");
    assertThat(more.columns()).hasSize(4);
    assertThat(more.output()).hasToString("ods.more");
  }

  @Test
  void theNameAndTheOutputAreNeverInherited() {
    project.with("jobs/more.yml", "job: ods_more\nextends: ods_short\n");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/more.yml > output is missing; write 'output: ...' (layer.name)");
  }

  @Test
  void anInheritedSqlStandsBesideTheFileThatNamesIt() {
    project
        .with("jobs/shared/clean.yml", "template: clean\nsql: clean.sql\ninput: ods.event\n")
        .with("jobs/shared/clean.sql", "SELECT event_id AS clean, source.* FROM input\n")
        .with("jobs/dwd/clean.yml", "job: dwd_clean\nextends: clean\noutput: dwd.clean\n");
    assertThat(((TransformSpec) project.read().jobs().job("dwd_clean")).inputs().get(0).sql())
        .contains("clean");
  }

  @Test
  void aProblemIsToldOnceWhereItIsWritten() {
    project
        .with("jobs/z_stream.yml", TEMPLATE.replace("type: string", "type: text"))
        .with("jobs/second.yml", SHORT.replace("short", "second"));
    assertThat(project.problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith(
                        "conf/jobs/z_stream.yml > line 5: columns.event_id.type: 'text' is not"))
        .hasSize(1);
  }

  @Test
  void anUnknownNameIsRefusedWithASuggestion() {
    project.with("jobs/ods/short.yml", SHORT.replace("extends: stream", "extends: steam"));
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/ods/short.yml > line 2: extends: 'steam' is no template and no job; did you"
                + " mean 'stream'?");
  }

  @Test
  void aCircleIsRefused() {
    project.with("jobs/z_stream.yml", TEMPLATE + "extends: ods_short\n");
    assertThat(project.problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("conf/jobs/z_stream.yml > line 9: extends: 'ods_short' makes a")
                    .contains("ods_short extends stream, then ods_short again"));
  }

  @Test
  void aTemplateThatNobodyExtendsIsCheckedForItsKeys() {
    project.with(
        "jobs/unused.yml", "template: unused\ntopik: x\noutput: ods.x\nextends: nothing\n");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/unused.yml > line 2: topik is not a key; did you mean 'topic'?",
            "conf/jobs/unused.yml > line 3: output: 'ods.x' does not belong in a template: each job"
                + " has its own",
            "conf/jobs/unused.yml > line 4: extends: 'nothing' is no template and no job; declare"
                + " one in a file with 'template: nothing'");
  }

  @Test
  void aTemplateHasANameOfItsOwn() {
    project.with("jobs/x.yml", "template: ods_event\n");
    assertThat(project.problems())
        .containsExactly(
            "conf/jobs/x.yml > line 1: template: 'ods_event' is the name of what"
                + " conf/jobs/a_ods.yml declares; choose another");
  }

  @Test
  void everyValueSaysWhereItComesFrom() {
    JobCatalog jobs = project.read().jobs();
    List<DeclaredValue> values = jobs.declared(jobs.job("ods_short"));
    assertThat(values)
        .contains(
            new DeclaredValue("job", "ods_short", "conf/jobs/ods/short.yml:1"),
            new DeclaredValue("owner", "us", "conf/jobs/z_stream.yml:2"),
            new DeclaredValue("start", "{ day: 2026-01-15 }", "conf/jobs/z_stream.yml:3"),
            new DeclaredValue("columns.note", "string", "conf/jobs/ods/short.yml:5"),
            new DeclaredValue("event-time.max-ahead", "3 days", "conf/jobs/ods/short.yml:7"),
            new DeclaredValue("event-time.not-before", "2000-01-01", "default"));
  }
}
