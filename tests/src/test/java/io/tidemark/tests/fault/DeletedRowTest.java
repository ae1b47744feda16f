package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import io.tidemark.tests.lakehouse.VerbAnswer;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody deletes a row behind Tidemark's back, with SQL, where users read. */
@AnyZone
class DeletedRowTest {
  @TempDir private Path folder;
  private LocalLakehouse house;
  private FaultProject project;

  @Test
  void aDeletedRowShowsInTheComparisonOfItsTableAndOfNoOther() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    new Clicks(20260316).send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    Answers.assertMainEqualsBatch(house, "before the deletion");
    assertThat(reconcile("dwd_click")).startsWith(ExitCodes.OK + "\n");

    Row victim = head("SELECT event_id FROM dwd.click WHERE dt = " + day() + " LIMIT 1");
    sql("DELETE FROM dwd.click WHERE dt = " + day() + " AND event_id = '" + victim.get(0) + "'");

    assertThat(reconcile("dwd_click"))
        .startsWith(ExitCodes.OUTSIDE_TOLERANCE + "\n")
        .contains("event_id=" + victim.get(0));
    assertThat(reconcile("dws_click_tmin")).startsWith(ExitCodes.OK + "\n");
  }

  @Test
  void aDeletedDeltaRowShowsToo() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    house = project.open(FaultProject.LOCAL);
    new Clicks(20260317).send(project, "click", 60);
    house.catchUp(house.jobs().jobs());
    Answers.assertMainEqualsBatch(house, "before the deletion");

    Row victim =
        head(
            "SELECT channel, max(window_start) FROM dws.click_tmin WHERE dt = "
                + day()
                + " GROUP BY channel");
    sql(
        "DELETE FROM dws.click_tmin WHERE dt = %s AND channel = '%s' AND window_start = '%s'"
            .formatted(day(), victim.get(0), victim.get(1)));

    assertThat(reconcile("dws_click_tmin"))
        .startsWith(ExitCodes.OUTSIDE_TOLERANCE + "\n")
        .contains("channel=" + victim.get(0));
    assertThat(reconcile("dwd_click")).startsWith(ExitCodes.OK + "\n");
  }

  private static String day() {
    return "DATE'" + FaultProject.FIRST_DAY + "'";
  }

  private void sql(String text) {
    house.lake().spark().sql(text);
  }

  private Row head(String query) {
    return house.lake().spark().sql(query).head();
  }

  /** The verb's exit code, then what it prints. */
  private String reconcile(String job) {
    VerbAnswer answer =
        VerbAnswer.of(
            project.conf(), "reconcile", "--day", FaultProject.FIRST_DAY.toString(), "--job", job);
    return answer.exitCode() + "\n" + answer.out();
  }
}
