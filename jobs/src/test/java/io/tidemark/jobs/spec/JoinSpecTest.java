package io.tidemark.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinSpecTest {
  private static final String JOIN =
      """
      job: dwd_paid
      join:
        left: { table: ods.event, sql: event.sql, key: [event_id] }
        right: { table: ods.app, sql: app.sql }
        on: [event_id]
        within: 15 minutes
        type: left
      output: dwd.paid
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
            .with(
                "jobs/app.sql", "SELECT event_id, channel AS source_channel, source.* FROM input\n")
            .with("jobs/d_paid.yml", JOIN);
  }

  private JoinSpec join() {
    return (JoinSpec) project.read().jobs().job("dwd_paid");
  }

  @Test
  void readsTwoTablesAndHasDefaults() {
    JoinSpec join = join();
    assertThat(join.kind()).isEqualTo("join");
    assertThat(JobCatalog.inputsOf(join).toString()).isEqualTo("[ods.event, ods.app]");
    assertThat(join.within()).isEqualTo(Duration.ofMinutes(15));
    assertThat(join.before()).isZero();
    assertThat(join.partners()).isEqualTo(JoinSpec.Partners.ALL);
    assertThat(join.duplicateKey(join.left())).containsExactly("event_id", "event_time");
    assertThat(join.duplicateKey(join.right())).isEmpty();
    assertThat(join.view()).contains(TableName.parse("dwd.paid_v"));
  }

  @Test
  void onlyPairsStayForEver() {
    String inner = JOIN.replace("type: left", "type: inner").replace(", key: [event_id]", "");
    project.with("jobs/d_paid.yml", inner);
    assertThat(join().takesBack()).isFalse();
    assertThat(join().view()).isEmpty();
    project.with("jobs/d_paid.yml", inner.replace("type: inner", "partners: first"));
    assertThat(join().takesBack()).isTrue();
  }

  @Test
  void aBoundOrSqlIsAnotherDefinition() {
    String before = SpecHash.of(join());
    project.with("jobs/d_paid.yml", JOIN.replace("15 minutes", "16 minutes"));
    String after = SpecHash.of(join());
    project.with("jobs/app.sql", "SELECT event_id, 'x' AS source_channel, source.* FROM input\n");
    assertThat(List.of(before, after, SpecHash.of(join()))).doesNotHaveDuplicates();
  }

  @Test
  void refusesBoundsAndColumnsThatAreNone() {
    assertThat(problemsOf(JOIN.replace("15 minutes", "2 days")))
        .singleElement()
        .asString()
        .contains("join.within: '2 days' is more than 1 day; ");
    assertThat(problemsOf(JOIN.replace("on: [event_id]", "on: []")))
        .singleElement()
        .asString()
        .contains("join.on is empty; name the columns");
    assertThat(problemsOf(JOIN.replace("on: [event_id]", "on: [dt]")))
        .singleElement()
        .asString()
        .contains("join.on: 'dt' is a column of Tidemark");
    assertThat(problemsOf(JOIN.replace("on: [event_id]", "on: [event_id, event_id]")))
        .singleElement()
        .asString()
        .contains("is named twice; name it once");
    assertThat(problemsOf(JOIN.replace("  within: 15 minutes\n", "")))
        .singleElement()
        .asString()
        .contains("join.within is missing");
    assertThat(problemsOf(JOIN.replace("ods.app", "ods.event")))
        .anyMatch(problem -> problem.contains("is the left side, too"));
  }

  @Test
  void readsTablesOfIngestJobsOnly() {
    assertThat(problemsOf(JOIN.replace("ods.event", "dwd.event")))
        .anyMatch(problem -> problem.contains("a join reads tables of ingest jobs"));
  }

  @Test
  void aSummaryOfItTakesBackWhatCanBeTakenBack() {
    String summary =
        Project.AGGREGATE.replace("ods.event", "dwd.paid").replace("event_1min", "paid_1min");
    project.with("jobs/e_dws.yml", summary);
    project.read();
    project.with("jobs/e_dws.yml", summary.replace("{ sum: seconds }", "{ max: seconds }"));
    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("which is a join: rows may be taken back");
  }

  @Test
  void onlyASummaryReadsIt() {
    project.transform("dwd.paid", "dwd.more");
    assertThat(project.problems())
        .singleElement()
        .asString()
        .contains("is a join, whose table holds rows that are taken back");
  }

  private List<String> problemsOf(String join) {
    project.with("jobs/d_paid.yml", join);
    return project.problems().stream().map(text -> text.replaceFirst(".* > ", "")).toList();
  }
}
