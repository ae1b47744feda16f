package io.tidemark.reconciliation.replay;

import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.OdsReplay.Window;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which messages a replay reads once more. */
final class WindowOptions {
  @Option(
      names = "--from-kafka",
      description =
          "Makes rows of ODS anew from messages that Kafka still has; JOB is one that reads a"
              + " topic.")
  private boolean fromKafka;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "With --from-kafka, instead of days: messages that the broker received then or later, as"
              + " 2026-01-31T14:00 in the warehouse's time zone, or 2026-01-31T14:00:00Z.")
  private String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "And before this; without it, all that the job has read.")
  private String until;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  /**
   * Whether ODS is made anew.
   *
   * @throws ParameterException where other options say that it is not
   */
  boolean fromKafka() {
    if (!fromKafka && (since != null || until != null)) {
      throw refused("--since and --until go with --from-kafka; for days use --from and --to.");
    }
    return fromKafka;
  }

  /** The messages asked for, by time or by days. */
  Window window(Optional<Range> days, ZoneId zone) {
    if (days.isPresent() == (since != null)) {
      throw refused("With --from-kafka give --day, or --from and --to, or --since.");
    }
    if (days.isPresent()) {
      if (until != null) {
        throw refused("--until goes with --since.");
      }
      return Window.of(days.get(), zone);
    }
    Instant from = time("--since", since, zone);
    Optional<Instant> to = Optional.ofNullable(until).map(text -> time("--until", text, zone));
    if (to.isPresent() && !from.isBefore(to.get())) {
      throw refused("--since %s does not lie before --until %s.".formatted(since, until));
    }
    return Window.of(from, to);
  }

  /** The times, as options. */
  String shown() {
    return "--since '%s'%s".formatted(since, until == null ? "" : " --until '%s'".formatted(until));
  }

  private Instant time(String option, String text, ZoneId zone) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException local) {
      try {
        return LocalDateTime.parse(text).atZone(zone).toInstant();
      } catch (DateTimeException e) {
        throw refused(
            "%s '%s' is no time: write 2026-01-31T14:00, in %s, or 2026-01-31T14:00:00Z."
                .formatted(option, text, zone));
      }
    }
  }

  private ParameterException refused(String why) {
    return new ParameterException(verb.commandLine(), why);
  }
}
