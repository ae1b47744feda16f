package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.lakehouse.AnyZone;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person sees of sinks. */
@AnyZone
class SinkVerbTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;
  private FaultProject project;

  @BeforeEach
  void declare() {
    project = new FaultProject(folder, SharedBroker.get(), "click");
    project.connections(
        10,
        """
        serving: { url: "jdbc:postgresql://localhost:1/nothing", user: ann, retry-for: 1 second }
        """);
    project.job(
        "pg_click",
        "input: dws.click_tmin\njdbc: { connection: serving, table: click, columns: [pv] }\n");
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--conf", project.conf().toString()));
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(all.toArray(String[]::new));
  }

  @Test
  void aSinkIsListedCheckedAndExplained() {
    assertThat(run("jobs")).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("pg_click", "table click of serving");

    assertThat(run("validate")).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("3 jobs, 0 metrics, 0 tables declared beside them, 1 sinks");

    assertThat(run("explain", "pg_click")).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains(
            "CREATE TABLE \"click\"",
            "\"window_start\" timestamptz",
            "\"pv\" bigint",
            "ON CONFLICT (\"tidemark_key\") DO UPDATE SET",
            "FULL OUTER JOIN");
  }

  @Test
  void whatIsNotThereIsRefused() {
    project.job(
        "pg_more",
        "input: dws.click_tmin\njdbc: { connection: servin, table: more, columns: [pvs] }\n");

    assertThat(run("validate")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString())
        .contains(
            "jdbc.connection: 'servin' is no connection of the environment; did you mean 'serving'?",
            "jdbc.columns: 'pvs' is not a column of dws.click_tmin_v; did you mean 'pv'?");
  }

  @Test
  void aBatchIsRefusedAndAReloadIsForSinksAlone() {
    assertThat(run("run", "pg_click", "--mode", "batch", "--day", "2026-03-14"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString())
        .contains("Sink pg_click has no batch", "pg_click --mode catchup --reload");

    assertThat(run("run", "pg_click", "dwd_click", "--mode", "catchup", "--reload"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString()).contains("--reload is for sinks");

    assertThat(run("seal", "--day", "2026-03-14")).isEqualTo(ExitCodes.OK);
    assertThat(run("reconcile", "--day", "2026-03-14", "--job", "pg_click"))
        .isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString()).contains("'pg_click' is a sink, which has no table");
  }

  @Test
  void aServerThatIsDownIsNamed() {
    assertThat(run("run", "pg_click", "--mode", "catchup")).isEqualTo(ExitCodes.FAILURE);

    assertThat(err.toString())
        .contains(
            "connection serving (jdbc:postgresql://localhost:1/nothing) does not answer",
            "Nothing is lost");
  }
}
