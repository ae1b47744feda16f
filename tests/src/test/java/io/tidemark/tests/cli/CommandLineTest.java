package io.tidemark.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a person sees who asks for what there is not, or not yet. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CommandLineTest {
  @TempDir static Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void timesAreInTheWarehousesZoneWhateverTheMachinesIs() {
    assertThat(run("sql", "SELECT timestamp'2026-01-15T16:30:00Z' AS t, 'x' AS a, 1 AS a"))
        .isEqualTo(ExitCodes.OK);

    assertThat(out.toString()).contains("2026-01-16 00:30:00  x  1");
  }

  @Test
  void anAnswerThatIsCutShortSaysSo() {
    run("sql", "SELECT * FROM range(4)", "--rows", "3");

    assertThat(out.toString()).contains("(the first 3; there are more)");
  }

  @Test
  void aStatementThatIsWrongIsRefusedWithoutTheNameOfAClass() {
    assertThat(run("sql", "SELECT * FROM dws.nothing")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("nothing").doesNotContain("Exception");
  }

  @Test
  void aJobThatIsMistypedIsRefusedWithASuggestion() {
    assertThat(run("run", "dws_reading_ap_1d", "--mode", "catchup")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("did you mean 'dws_reading_app_1d'?");
  }

  @Test
  void aDayThatIsNotSealedIsRefusedWithTheCommandThatSealsIt() {
    assertThat(run("run", "dws_reading_app_1d", "--mode", "batch", "--day", "2026-01-15"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString()).contains("not sealed", typed("seal --day 2026-01-15"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"validate", "settings", "explain dws_reading_app_1d"})
  void aVerbThatOnlyLooksAtTheConfigurationWritesNothing(String verb) {
    Path nowhere = home.resolve("nowhere");

    assertThat(run((verb + " --set catalog.warehouse=" + nowhere).split(" ")))
        .as(err.toString())
        .isEqualTo(ExitCodes.OK);

    assertThat(nowhere).doesNotExist();
  }

  @Test
  void aSealLeavesOutWhatNoJobHasWritten() {
    assertThat(run("seal", "--day", "2026-01-15")).isEqualTo(ExitCodes.OK);

    assertThat(out.toString()).contains("left out: ods_order_event has not run yet");
    out.getBuffer().setLength(0);
    run("sql", "SHOW NAMESPACES");
    assertThat(out.toString()).doesNotContain("ods");
  }

  @Test
  void aDayThatIsNotOverIsNotSealed() {
    assertThat(run("seal", "--from", "2026-01-15", "--to", "9999-01-15"))
        .isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("Day 9999-01-15 is not over");
  }

  @Test
  void aDayThatNothingHasWrittenIsNotComparedAndSaysWhatToRun() {
    assertThat(run("reconcile", "--day", "2026-01-15", "--job", "dwd_order_event"))
        .isEqualTo(ExitCodes.FAILURE);

    assertThat(err.toString())
        .contains("its table does not exist", typed("run ods_order_event --mode catchup"));
  }

  @Test
  void aDayThatNothingHasWrittenIsNotPublishedAndSaysWhatToRun() {
    assertThat(run("publish", "--day", "2026-01-15", "--job", "dwd_order_event"))
        .isEqualTo(ExitCodes.FAILURE);

    assertThat(out.toString())
        .contains("✗ 2026-01-15  dwd_order_event", typed("run ods_order_event --mode catchup"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "publish | Give --day",
        "publish --undo 2026-01-15 --day 2026-01-15 | --undo names the day itself",
        "publish --day 2026-01-15 --accept= | --accept needs a reason",
        "publish --day 2026-01-15 --job ods_order_event | reads Kafka, once",
        "publish --day 2026-01-15 --job dwd_shop_order | is a mirror"
      })
  void whatCannotBePublishedIsRefused(String verb, String why) {
    assertThat(run(verb.split(" "))).as(err.toString()).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains(why);
  }

  @Test
  void whatWasNeverPublishedIsNotPutBack() {
    assertThat(run("publish", "--undo", "2026-01-15", "--job", "dwd_order_event"))
        .isEqualTo(ExitCodes.REFUSED);

    assertThat(out.toString()).contains("was never published for 2026-01-15");
  }

  @Test
  void whereNothingHasRunThereIsNoVerdict() {
    Path reports = home.resolve("reports");

    assertThat(run("report", "--day", "2026-01-15", "--set", "report.folder=" + reports))
        .as(err.toString())
        .isEqualTo(ExitCodes.OK);

    assertThat(out.toString())
        .contains(
            "– 2026-01-15 No job has run here",
            "report.html",
            "mail: none, environment local has no mail server");
    assertThat(reports.resolve("2026-01-15/report.txt"))
        .content()
        .contains(
            "./tidemark run --conf " + Repository.conf() + " all --mode catchup",
            "not run here, and no part of the verdict:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "report | Give --day, or --mail-pending",
        "report --day 2026-01-15 --no-mail --again | --no-mail sends nothing",
        "report --mail-pending | mail.host is missing, so there is no mail to send"
      })
  void aReportThatCannotBeMadeIsRefused(String verb, String why) {
    assertThat(run(verb.split(" "))).as(err.toString()).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains(why);
  }

  @Test
  void aWaitThatIsNoTimeIsRefused() {
    assertThat(run("check", "--wait=-1")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("--wait -1 is no time");
  }

  @Test
  void aMirrorIsExplainedInEveryMode() {
    assertThat(run("explain", "dwd_shop_order")).as(err.toString()).isEqualTo(ExitCodes.OK);

    assertThat(out.toString())
        .contains("-- dwd_shop_order (mirror) writes dwd.shop_order", "|-- key_bucket: integer")
        .contains("-- stream: what a micro-batch adds", "(view dwd.shop_order_v)");
  }

  @Test
  void aMirrorHasNoDaysToCompare() {
    assertThat(run("reconcile", "--day", "2026-01-15", "--job", "dwd_shop_order"))
        .isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("Job dwd_shop_order is a mirror", "docs/mirrors.md");
  }

  @Test
  void anEmbeddedBrokerIsStartedAndStoppedByTheVerbThatNeedsIt() {
    int port = LocalBroker.freePort();
    Path data = home.resolve("kafka");
    String servers = "kafka.bootstrap-servers=localhost:" + port;

    assertThat(
            run(
                "run",
                "ods_order_event",
                "--mode",
                "catchup",
                "--set",
                servers,
                "--set",
                "kafka.data=" + data))
        .isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString())
        .contains("Kafka at localhost:" + port + " has no topic order_event")
        .contains("./tidemark produce --conf " + Repository.conf());
    LocalBroker.at(data, port).stop();
  }

  /** A command as it is printed, with the directory of the configuration that was given. */
  private static String typed(String command) {
    int verb = command.indexOf(' ');
    return "./tidemark "
        + command.substring(0, verb)
        + " --conf "
        + Repository.conf()
        + command.substring(verb);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--conf", Repository.conf().toString()));
    if (!String.join(" ", arguments).contains("catalog.warehouse")) {
      all.addAll(List.of("--set", "catalog.warehouse=" + home.resolve("warehouse")));
    }
    all.addAll(List.of("--set", "checkpoints=" + home.resolve("checkpoints")));
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }
}
