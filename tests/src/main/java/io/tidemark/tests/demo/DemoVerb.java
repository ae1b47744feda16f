package io.tidemark.tests.demo;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import java.time.LocalDate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the main job end to end on this machine. */
@Command(
    name = "demo",
    description = "Runs a business day of a reading app end to end on this machine.",
    footer = {
      "",
      "Starts a broker, streams a generated day through ODS, DWD and DWS, kills the streams with",
      "SIGKILL on the way, seals the day, recomputes it as a batch, and compares the two answers.",
      "Beside it a shop's orders change, and a mirror shows them as the shop's database has them.",
      "Readers get tags by what they read, and their history is added up by them.",
      "It works in the environment 'demo' and begins with an empty one every time.",
      "",
      "Examples:",
      "  tidemark demo",
      "  tidemark demo --events 200000 --seed 7"
    })
public final class DemoVerb implements Verb {
  private static final String ENVIRONMENT = "demo";

  @Option(
      names = "--day",
      paramLabel = "DAY",
      defaultValue = "2026-01-15",
      description = "The business day that is made (default: ${DEFAULT-VALUE}).")
  private LocalDate day;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Reading events of the day (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "20260115",
      description = "The same seed makes the same day (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOCAL;
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Integer call() {
    Demo demo = new Demo(new Demo.Day(day, seed, events), ENVIRONMENT, spec.commandLine().getOut());
    return demo.run() ? ExitCodes.OK : ExitCodes.FAILURE;
  }
}
