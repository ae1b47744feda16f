package io.tidemark.reconciliation.replay;

import io.tidemark.catalog.cut.DayRanges;
import io.tidemark.catalog.cut.DayRanges.Range;
import io.tidemark.jobs.run.OdsReplay.Day;
import io.tidemark.jobs.run.OdsReplay.Difference;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.reconciliation.plan.Grid;
import io.tidemark.reconciliation.plan.Shown;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a replay from Kafka would change, or has changed, and what follows, as lines. */
final class KafkaReplayText {
  private final JobCatalog jobs;
  private final IngestSpec job;

  KafkaReplayText(JobCatalog jobs, IngestSpec job) {
    this.jobs = jobs;
    this.job = job;
  }

  /** A line for each day, between what was read and what becomes of dead letters. */
  List<String> lines(Difference found) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s messages of topic %s, which %s has read: %s"
            .formatted(
                Shown.number(found.messages()),
                job.topic(),
                job.name(),
                found.parts().isEmpty()
                    ? "none of that time"
                    : found.parts().stream()
                        .map(
                            part ->
                                "%d:%d-%d".formatted(part.partition(), part.from(), part.to() - 1))
                        .collect(Collectors.joining(" "))));
    Grid grid = new Grid("lrrrr");
    grid.add("day", "rows", "come", "change", "go");
    for (Day day : found.days()) {
      grid.add(
          day.day().toString(),
          Shown.number(day.rows()),
          Shown.number(day.come()),
          Shown.number(day.change()),
          Shown.number(day.go()));
    }
    if (!found.days().isEmpty()) {
      lines.addAll(grid.lines(""));
    }
    lines.add(
        "dead letters: %s come, %s can be read by now"
            .formatted(Shown.number(found.newLetters()), Shown.number(found.goneLetters())));
    if (found.unknown() > 0) {
      lines.add(
          "note: %s rows of %s stay as they are: Kafka has no message at their places"
              .formatted(Shown.number(found.unknown()), job.output()));
    }
    return lines;
  }

  /** The days that have other rows by it. */
  static DayRanges replaced(Difference found) {
    DayRanges days = DayRanges.EMPTY;
    for (Day day : found.days()) {
      days = day.stays() ? days : days.plus(day.day(), day.day());
    }
    return days;
  }

  /**
   * What is to be done for the tables behind ODS.
   *
   * @param replaced days that have other rows
   * @param sealedDays days that have a cut
   */
  List<String> next(DayRanges replaced, DayRanges sealedDays) {
    List<String> lines = new ArrayList<>();
    boolean hasDays = !Replay.affected(jobs, job).isEmpty();
    for (Range range : hasDays ? replaced.and(sealedDays).ranges() : List.<Range>of()) {
      String days = "--from %s --to %s".formatted(range.from(), range.to());
      lines.add("  ./tidemark seal %s --again".formatted(days));
      lines.add("  ./tidemark replay %s %s".formatted(job.name(), days));
    }
    if (!lines.isEmpty()) {
      lines.add(0, "Next, for the tables behind it:");
    }
    List<LocalDate> open =
        replaced.ranges().stream()
            .flatMap(range -> range.from().datesUntil(range.to().plusDays(1)))
            .filter(day -> !sealedDays.contains(day))
            .toList();
    if (hasDays && !open.isEmpty()) {
      lines.add(
          "note: streams do not read rows again; behind %s the days that are not sealed are right once they are sealed, computed and published: %s"
              .formatted(
                  job.output(),
                  open.stream().map(LocalDate::toString).collect(Collectors.joining(", "))));
    }
    List<String> mirrors =
        jobs.downstream(job).stream()
            .filter(MirrorSpec.class::isInstance)
            .map(JobSpec::name)
            .toList();
    if (!mirrors.isEmpty() && !replaced.ranges().isEmpty()) {
      lines.add(
          "note: mirrors do not read rows again: make them anew from %s, by dropping their tables while they are stopped: %s"
              .formatted(job.output(), String.join(", ", mirrors)));
    }
    return lines;
  }
}
