package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.UserError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TidemarkTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Probe probe = new Probe();

  @Test
  void helpListsVerbsByGroupThenRankThenName() {
    assertThat(run("--help")).isEqualTo(ExitCodes.OK);

    assertThat(out.toString())
        .containsSubsequence(
            "Run",
            "first-by-rank",
            "probe          Does what the test asks.",
            "On this machine",
            "alocal")
        .doesNotContain("Declare");
  }

  @Test
  void helpVerbPrintsTheSameAsTheOption() {
    run("help");
    String byVerb = out.toString();
    out.getBuffer().setLength(0);
    run("--help");

    assertThat(byVerb).isEqualTo(out.toString());
  }

  @Test
  void everyVerbHasHelpAndStacktraceWithoutDeclaringThem() {
    assertThat(run("probe", "--help")).isEqualTo(ExitCodes.OK);

    assertThat(out.toString()).contains("--help", "--stacktrace", "--env=NAME", "--set=KEY=VALUE");
  }

  @Test
  void noVerbIsARefusalThatShowsTheVerbs() {
    assertThat(run()).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("probe");
  }

  @Test
  void mistypedVerbIsRefusedWithASuggestion() {
    assertThat(run("prob")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString())
        .contains("There is no verb 'prob'.", "Did you mean", "probe", "tidemark help");
  }

  @Test
  void dayInAnotherFormatIsRefusedWithTheRightOne() {
    assertThat(run("probe", "--day", "2026-1-5")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("'2026-1-5' is no day; write it as 2026-01-31");
  }

  @Test
  void mistypedOptionIsRefused() {
    assertThat(run("probe", "--enviroment", "x")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("--enviroment", "tidemark probe --help");
  }

  @Test
  void confOptionsHaveDefaults() {
    assertThat(run("probe")).isEqualTo(ExitCodes.OK);

    assertThat(probe.options.env()).isEqualTo("local");
    assertThat(probe.options.settings()).isEmpty();
  }

  @Test
  void confOptionsTakeEveryValue() {
    run("probe", "--env", "cluster", "--conf", "/etc/td", "--set", "a.b=1", "--set=c=x=y");

    assertThat(probe.options.env()).isEqualTo("cluster");
    assertThat(probe.options.conf()).isEqualTo(Path.of("/etc/td"));
    assertThat(probe.options.settings()).isEqualTo(Map.of("a.b", "1", "c", "x=y"));
  }

  @Test
  void exitCodeOfTheVerbIsTheExitCode() {
    probe.answer = ExitCodes.OUTSIDE_TOLERANCE;

    assertThat(run("probe")).isEqualTo(ExitCodes.OUTSIDE_TOLERANCE);
  }

  @Test
  void failurePrintsTheChainOfCausesOnceAndNoTrace() {
    Exception disk = new java.io.IOException("disk full");
    probe.failure = new RuntimeException("cannot commit: disk full", disk);
    probe.failure = new IllegalStateException("day 2026-03-01 is not sealed", probe.failure);

    assertThat(run("probe")).isEqualTo(ExitCodes.FAILURE);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            probe failed: day 2026-03-01 is not sealed
              because: cannot commit: disk full
            Run it again with --stacktrace to see where.
            """);
  }

  @Test
  void failureOfALibraryIsNamed() {
    try {
      Integer.parseInt("x");
    } catch (NumberFormatException e) {
      probe.failure = new IllegalStateException("offset x", e);
    }

    assertThat(run("probe")).isEqualTo(ExitCodes.FAILURE);
    assertThat(err.toString())
        .contains("probe failed: offset x", "because: NumberFormatException: For input string");
  }

  @Test
  void stacktraceIsPrintedOnRequest() {
    probe.failure = new RuntimeException("boom");

    assertThat(run("probe", "-X")).isEqualTo(ExitCodes.FAILURE);
    assertThat(err.toString()).contains("at io.tidemark.jobs.cli.TidemarkTest");
  }

  @Test
  void userErrorAnywhereInTheChainIsARefusal() {
    probe.failure = new RuntimeException("wrapper", new Refused("jobs/x.yml: window '0 s'"));

    assertThat(run("probe")).isEqualTo(ExitCodes.REFUSED);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines("probe: jobs/x.yml: window '0 s'\nWrite a longer one.\n");
  }

  private int run(String... args) {
    CommandLine line = Tidemark.commandLine(List.of(new ALocal(), probe, new FirstByRank()));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private static final class Refused extends RuntimeException implements UserError {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }

    @Override
    public String nextStep() {
      return "Write a longer one.";
    }
  }

  @Command(name = "probe", description = "Does what the test asks.")
  private static final class Probe implements Verb {
    @Mixin private ConfOptions options = new ConfOptions();
    @Mixin private DayOptions days = new DayOptions();
    private int answer = ExitCodes.OK;
    private Exception failure;

    @Override
    public VerbGroup group() {
      return VerbGroup.RUN;
    }

    @Override
    public Integer call() throws Exception {
      if (failure != null) {
        throw failure;
      }
      return answer;
    }
  }

  @Command(name = "first-by-rank")
  private static final class FirstByRank implements Verb {
    @Override
    public VerbGroup group() {
      return VerbGroup.RUN;
    }

    @Override
    public int rank() {
      return 1;
    }

    @Override
    public Integer call() {
      return ExitCodes.OK;
    }
  }

  @Command(name = "alocal")
  private static final class ALocal implements Verb {
    @Override
    public VerbGroup group() {
      return VerbGroup.LOCAL;
    }

    @Override
    public Integer call() {
      return ExitCodes.OK;
    }
  }
}
