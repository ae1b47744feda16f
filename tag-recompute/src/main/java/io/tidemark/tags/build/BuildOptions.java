package io.tidemark.tags.build;

import io.tidemark.tags.plan.BuildPlan.Mode;
import io.tidemark.tags.plan.BuildPlan.Request;
import io.tidemark.tags.spec.HistorySpec;
import java.time.LocalDate;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code tags build} alone. */
public final class BuildOptions {
  @Option(
      names = "--rebuild",
      description = "build: makes the history anew of all published days up to --day.")
  private boolean rebuild;

  @Option(
      names = "--bucket",
      paramLabel = "NUMBER",
      description = "build --rebuild: makes this bucket of users anew, and leaves the others.")
  private Integer bucket;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  /** What is wanted of a history. */
  Request request(HistorySpec history, LocalDate day) {
    if (bucket == null) {
      return new Request(rebuild ? Mode.ALL : Mode.DAY, day, OptionalInt.empty());
    }
    int buckets = history.layout().buckets();
    if (!rebuild || bucket < 0 || bucket >= buckets) {
      throw new ParameterException(
          verb.commandLine(),
          "--bucket goes with --rebuild, and history %s has buckets 0 to %d."
              .formatted(history.name(), buckets - 1));
    }
    return new Request(Mode.BUCKET, day, OptionalInt.of(bucket));
  }
}
