package io.tidemark.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.catalog.UserError;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the way of a comparison is said all at once, with the command that helps. */
@Tag("any-zone")
class NotReadyTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");
  private static final String SQL = "SELECT id, u, ch, n, price, amount, source.* FROM input";

  @TempDir Path folder;

  @Test
  void everyStepThatIsMissingIsNamed() {
    TestLake test = new TestLake(folder, SQL);

    assertThat(refusal(test)).hasMessageContaining("ods_e: its table does not exist");

    test.day(DAY);
    test.ingest();
    List.of(test.dwd, test.hourly, test.running).forEach(test.tables::ensure);
    NotReadyException unsealed = refusal(test);
    assertThat(unsealed).hasMessageContaining("2026-03-01  ods.e: the day is not sealed");
    assertThat(unsealed).isInstanceOf(UserError.class);
    assertThat(((UserError) unsealed).nextStep()).contains("./tidemark seal --day 2026-03-01");
    assertThat(unsealed.obstacles()).hasSize(1);

    test.seal(TestLake.days(DAY, DAY));
    test.catchUp(test.dwd);
    assertThat(refusal(test))
        .isNotInstanceOf(UserError.class)
        .hasMessageContaining("dws_e_1h: 9 rows up to the cut are unread")
        .hasMessageContaining("./tidemark run dws_e_1h --mode catchup")
        .hasMessageContaining("dws_e_tmin: 9 rows up to the cut are unread")
        .hasMessageContaining("./tidemark run dwd_e --mode batch --day 2026-03-01");

    test.catchUp(test.hourly, test.running);
    assertThat(refusal(test).obstacles())
        .extracting(obstacle -> obstacle.reason())
        .containsOnly("no batch has computed the day");

    test.batch(TestLake.days(DAY, DAY));
    assertThat(test.reconciliation().pin(jobs(test), TestLake.days(DAY, DAY)).get(DAY)).hasSize(3);

    test.batchAgain(test.dwd, TestLake.days(DAY, DAY));
    assertThat(refusal(test).obstacles())
        .extracting(obstacle -> obstacle.subject() + ": " + obstacle.reason())
        .containsExactly(
            "dws_e_1h: its batch of the day was made before that of dwd_e was made again",
            "dws_e_tmin: its batch of the day was made before that of dwd_e was made again");
    test.batch(TestLake.days(DAY, DAY));
    assertThat(test.reconciliation().pin(jobs(test), TestLake.days(DAY, DAY)).get(DAY)).hasSize(3);

    TestLake redefined = new TestLake(folder, SQL + " WHERE n > 0");
    assertThat(refusal(redefined).obstacles())
        .hasSize(3)
        .extracting(obstacle -> obstacle.reason())
        .allMatch(reason -> reason.contains("another definition"));
  }

  /** A job that was behind reads the last rows of a day and the first behind its seal at once. */
  @Test
  void aMicroBatchAcrossTheSealIsUnreadUntilItIsRead() {
    TestLake test = new TestLake(folder, SQL);
    test.day(DAY);
    test.ingest();
    test.seal(TestLake.days(DAY, DAY));
    test.day(DAY.plusDays(1));
    test.ingest();
    test.catchUp(test.dwd);
    List.of(test.hourly, test.running).forEach(test.tables::ensure);
    test.batch(TestLake.days(DAY, DAY));

    assertThat(refusal(test))
        .hasMessageContaining("dws_e_1h: 18 rows up to the cut are unread")
        .hasMessageContaining("dws_e_tmin: 18 rows up to the cut are unread");

    test.catchUp(test.hourly, test.running);
    assertThat(test.reconciliation().pin(jobs(test), TestLake.days(DAY, DAY)).get(DAY)).hasSize(3);
  }

  private static NotReadyException refusal(TestLake test) {
    return catchThrowableOfType(
        NotReadyException.class,
        () -> test.reconciliation().pin(jobs(test), TestLake.days(DAY, DAY)));
  }

  private static List<io.tidemark.jobs.spec.JobSpec> jobs(TestLake test) {
    return List.of(test.dwd, test.hourly, test.running);
  }
}
