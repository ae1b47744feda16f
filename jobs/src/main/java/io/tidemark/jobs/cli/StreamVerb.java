package io.tidemark.jobs.cli;

import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs declared jobs as streams: short for {@code run JOB... --mode stream}. */
@Command(
    name = "stream",
    description = "Runs declared jobs as streams in one driver, until it is stopped.",
    footer = {
      "",
      "Short for: tidemark run JOB... --mode stream, with all jobs where none is named.",
      "",
      "Every job has its fair share of the cores. One that fails stops no other: it is begun again as",
      "stream.restart of the environment says, and those behind it get nothing meanwhile. When the",
      "driver ends, a job that was given up makes it end with 1, or 2 when it was refused.",
      "",
      "SIGTERM or Ctrl-C lets every job end and commit the micro-batch that it is in; a second one ends",
      "the driver at once. What was not committed is read again.",
      "",
      "A line of JSON for each micro-batch goes to the log, figures to Prometheus where the environment",
      "has metrics.port. How the jobs stand: tidemark status.",
      "",
      "Examples:",
      "  tidemark stream",
      "  tidemark stream ods_reading_event dwd_reading_event --set metrics.port=9464"
    })
public final class StreamVerb implements Verb {
  private static final Clock CLOCK = Clock.systemUTC();

  @Parameters(
      arity = "0..*",
      paramLabel = "JOB",
      description = "Names of jobs and sinks (see: tidemark jobs); all when none is named.")
  private List<String> names = List.of();

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 5;
  }

  @Override
  public Integer call() {
    List<String> chosen = names.isEmpty() ? List.of(Workspace.ALL) : names;
    return new StreamDriver(options, chosen, false, CLOCK, spec.commandLine()).run(true);
  }
}
