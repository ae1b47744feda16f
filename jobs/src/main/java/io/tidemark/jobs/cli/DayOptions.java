package io.tidemark.jobs.cli;

import io.tidemark.catalog.cut.DayRanges.Range;
import java.time.LocalDate;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every verb that works on business days. */
public final class DayOptions {
  @Option(
      names = "--day",
      paramLabel = "DAY",
      description = "Business day in the warehouse's time zone, as 2026-01-31.")
  private LocalDate day;

  @Option(
      names = "--from",
      paramLabel = "DAY",
      description = "First of several business days; goes with --to.")
  private LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "DAY",
      description = "Last of several business days, included; goes with --from.")
  private LocalDate to;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  /** The days asked for, or nothing when none was. */
  public Optional<Range> days() {
    if (day != null && (from != null || to != null)) {
      throw refused("Give either --day or --from and --to, not both.");
    }
    if (day != null) {
      return Optional.of(new Range(day, day));
    }
    if (from == null && to == null) {
      return Optional.empty();
    }
    if (from == null || to == null) {
      throw refused("--from and --to go together; for a single day use --day.");
    }
    if (to.isBefore(from)) {
      throw refused("--from " + from + " lies behind --to " + to + "; swap them.");
    }
    return Optional.of(new Range(from, to));
  }

  /** The days asked for. */
  public Range required() {
    return days().orElseThrow(() -> refused("Give --day, or --from and --to."));
  }

  private ParameterException refused(String message) {
    return new ParameterException(verb.commandLine(), message);
  }
}
