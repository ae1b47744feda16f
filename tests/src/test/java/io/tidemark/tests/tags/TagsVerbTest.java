package io.tidemark.tests.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.Repository;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the verb {@code tags} refuses, and what it says then. */
@AnyZone
class TagsVerbTest {
  @TempDir private Path folder;

  @Test
  void whatDoesNotGoTogetherIsRefusedBeforeAnythingIsDone() {
    assertRefused("Give --day, the latest day of the history.", "recompute");
    assertRefused(
        "--full goes with recompute, not with query.", "query", "--by", "favourite", "--full");
    assertRefused(
        "--incremental and --full are opposites; give one of them.",
        "recompute",
        "--day",
        "2026-01-31",
        "--incremental",
        "--full");
    assertRefused(
        "--by goes with query, not with recompute.",
        "recompute",
        "--day",
        "2026-01-31",
        "--by",
        "x");
    assertRefused(
        "--tags-as-of goes with recompute and query.",
        "build",
        "--day",
        "2026-01-31",
        "--tags-as-of",
        "2026-01-31");
  }

  @Test
  void aHistoryThatWasNeverBuiltIsRefused() {
    assertRefused(
        "history reading was never built; build it first with ./tidemark tags --conf",
        "recompute",
        "--day",
        "2026-01-31");
    assertRefused("history reading was never built", "query", "--by", "favourite");
    assertRefused("was never built; build it first", "check");
    assertRefused("--days and --rows are numbers from 1 on.", "query", "--days", "0");
  }

  private void assertRefused(String message, String... arguments) {
    StringWriter said = new StringWriter();
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(said));
    line.setErr(new PrintWriter(said));
    List<String> all = new ArrayList<>(List.of("tags"));
    all.addAll(List.of(arguments));
    all.addAll(
        List.of(
            "--conf",
            Repository.conf().toString(),
            "--set",
            "catalog.warehouse=" + folder.resolve("warehouse")));
    int exitCode = line.execute(all.toArray(String[]::new));
    assertThat(said.toString()).contains(message);
    assertThat(exitCode).as(said.toString()).isEqualTo(ExitCodes.REFUSED);
  }
}
