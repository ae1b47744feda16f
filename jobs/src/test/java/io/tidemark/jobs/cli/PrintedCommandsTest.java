package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("any-zone")
class PrintedCommandsTest {
  private static final String ADVICE =
      "Run './tidemark dead-letters retry ods_e', or: ./tidemark sql \"SELECT '$1'\"";

  @Test
  void theUsualEnvironmentNeedsNoName() {
    assertThat(PrintedCommands.PLAIN.in(ADVICE)).isEqualTo(ADVICE);
    assertThat(given("jobs").in(ADVICE)).isEqualTo(ADVICE);
    assertThat(given("jobs", "--env", "local", "--conf", "conf").in(ADVICE)).isEqualTo(ADVICE);
  }

  @Test
  void whatWasGivenIsPutBehindTheVerbOfEveryCommand() {
    assertThat(given("jobs", "--env", "cluster").in(ADVICE))
        .isEqualTo(
            "Run './tidemark dead-letters --env cluster retry ods_e', or:"
                + " ./tidemark sql --env cluster \"SELECT '$1'\"");
    assertThat(given("jobs", "--conf", "/etc/tide mark's").in("./tidemark jobs"))
        .isEqualTo("./tidemark jobs --conf '/etc/tide mark'\\''s'");
    assertThat(new PrintedCommands("a", Optional.of(Path.of("../conf"))).in("./tidemark jobs"))
        .isEqualTo("./tidemark jobs --env a --conf ../conf");
  }

  @Test
  void aVerbOfTwoWordsTakesThemBehindTheSecond() {
    PrintedCommands commands = PrintedCommands.of("cluster");

    assertThat(commands.in("./tidemark tables health dwd.e"))
        .isEqualTo("./tidemark tables health --env cluster dwd.e");
    assertThat(commands.in("./tidemark tables plan dwd.e"))
        .isEqualTo("./tidemark tables --env cluster plan dwd.e");
    assertThat(commands.in("./tidemark tables due --env demo"))
        .isEqualTo("./tidemark tables due --env demo");
  }

  @Test
  void aTextThatPassesTwiceIsAsAfterTheFirstTime() {
    for (PrintedCommands commands :
        new PrintedCommands[] {
          given("jobs", "--env", "cluster"),
          given("jobs", "--conf", "/etc/conf"),
          given("jobs", "--env", "cluster", "--conf", "/etc/conf")
        }) {
      String once = commands.in(ADVICE);
      assertThat(once).isNotEqualTo(ADVICE);
      assertThat(commands.in(once)).isEqualTo(once);
    }
  }

  @Test
  void aCommandThatNamesItsEnvironmentOrReadsNoneStays() {
    PrintedCommands commands = PrintedCommands.of("cluster");
    for (String text :
        new String[] {
          "./tidemark dead-letters --env demo", "./tidemark build", "./tidemark VERB --help", "x"
        }) {
      assertThat(commands.in(text)).isEqualTo(text);
    }
  }

  private static PrintedCommands given(String... arguments) {
    CommandLine line = Tidemark.commandLine();
    return PrintedCommands.of(line.parseArgs(arguments).subcommand().commandSpec());
  }
}
