package io.tidemark.reconciliation.report;

import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What somebody is to do, and what to run for it. */
public final class StepWords {
  private final DayFacts day;
  private final Evidence evidence;
  private final JobWords jobs;
  private final PlaceWords places;
  private final MaintenanceWords maintenance;

  StepWords(
      DayFacts day,
      JobWords jobs,
      PlaceWords places,
      MaintenanceWords maintenance,
      PrintedCommands commands) {
    this.day = day;
    this.evidence = new Evidence(day.day(), commands);
    this.jobs = jobs;
    this.places = places;
    this.maintenance = maintenance;
  }

  /**
   * A command and what it is for.
   *
   * @param why what it does, or why it is due
   * @param command as it is typed
   */
  public record Step(String why, String command) {}

  /**
   * What to begin with.
   *
   * @param subject the job or the check
   * @param lines how much, why and where
   * @param step what to run
   */
  public record Begin(String subject, List<String> lines, Step step) {}

  /** The first thing to do today; nothing on a good day. */
  public Optional<Begin> begin() {
    return day.jobs().stream()
        .filter(job -> job.verdict() == Verdict.OUTSIDE && !isPublished(job))
        .findFirst()
        .map(this::outside)
        .or(() -> day.ends().stream().filter(end -> !end.within()).findFirst().map(this::end))
        .or(() -> missing().stream().findFirst().map(this::missing))
        .or(this::failedMaintenance)
        .or(this::anything);
  }

  private Optional<Begin> anything() {
    return day.jobs().isEmpty() || day.running() > 0
        ? Optional.empty()
        : Optional.of(
            new Begin(
                "the streams",
                List.of(),
                new Step("Nothing was written here yet:", evidence.catchUp())));
  }

  /** Whether what the comparison is about was published: nobody has to decide on it any more. */
  private boolean isPublished(JobFacts job) {
    return day.publicationOf(job).isPresent();
  }

  private Begin outside(JobFacts job) {
    List<String> lines = new ArrayList<>();
    job.deciding().ifPresent(metric -> lines.addAll(outside(metric)));
    job.worst().keys().stream()
        .filter(place -> !place.evidence().isBlank())
        .findFirst()
        .ifPresent(place -> lines.add("at " + places.name(place) + ": " + places.evidence(place)));
    return new Begin(Texts.name(job.name()), lines, look(job));
  }

  private List<String> outside(Metric metric) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s is %s apart, tolerated is %s: stream %s, batch %s"
            .formatted(
                Texts.name(metric.name()),
                jobs.difference(metric),
                Texts.name(metric.tolerance()),
                jobs.stream(metric),
                jobs.batch(metric)));
    if (!metric.causes().isEmpty()) {
      lines.add(
          "because " + metric.causes().stream().map(jobs::cause).collect(Collectors.joining("; ")));
    }
    return lines;
  }

  private Begin end(EndFacts end) {
    String detail = end.detail() == null ? "" : Texts.sentence(end.detail());
    return new Begin(
        Texts.name(end.kind() + " " + end.name()),
        detail.isEmpty() ? List.of() : List.of(detail),
        new Step("Check it again:", evidence.check(end.name())));
  }

  private Optional<Begin> failedMaintenance() {
    return day.maintenance().stream()
        .flatMap(facts -> maintenance.failed(facts).stream())
        .findFirst()
        .map(
            failed ->
                new Begin(
                    "maintenance of " + maintenance.what(failed),
                    maintenance.why(failed).isEmpty()
                        ? List.of()
                        : List.of(maintenance.why(failed)),
                    new Step("Run it again:", maintenance.command(failed))));
  }

  private Begin missing(Missing missing) {
    return new Begin(
        missing.names(), List.of(), new Step(missing.why(), missing.commands().get(0)));
  }

  /**
   * Jobs that are not compared for one reason.
   *
   * @param jobs the jobs
   * @param why the reason
   * @param commands what removes it, at least one
   */
  public record Missing(List<JobFacts> jobs, String why, List<String> commands) {
    /** Their names. */
    public String names() {
      return StepWords.names(jobs.stream());
    }
  }

  /** The jobs that are not compared, by what stands in the way. */
  public List<Missing> missing() {
    Map<String, List<JobFacts>> byReason = new LinkedHashMap<>();
    day.jobs().stream()
        .filter(job -> job.verdict() == Verdict.NOT_COMPARED)
        .forEach(job -> byReason.computeIfAbsent(why(job), w -> new ArrayList<>()).add(job));
    return byReason.entrySet().stream()
        .map(
            entry ->
                new Missing(
                    List.copyOf(entry.getValue()),
                    entry.getKey(),
                    entry.getValue().stream().map(this::remedy).distinct().toList()))
        .toList();
  }

  private String why(JobFacts job) {
    return job.obstacle()
        .map(obstacle -> Texts.sentence(evidence.in(obstacle.text())))
        .orElse("Nobody has compared both sides.");
  }

  private String remedy(JobFacts job) {
    return job.obstacle()
        .map(obstacle -> evidence.command(obstacle.command()))
        .orElseGet(() -> evidence.reconcile(job.name()));
  }

  /** Jobs that have never written anything here; empty when there are none. */
  public String notRun() {
    return names(day.jobs().stream().filter(job -> job.verdict() == Verdict.NOT_RUN));
  }

  private static String names(Stream<JobFacts> jobs) {
    return jobs.map(job -> Texts.name(job.name())).collect(Collectors.joining(", "));
  }

  /** What a difference calls for, or what came of it; empty where nobody has to do anything. */
  public String advice(JobFacts job) {
    if (job.verdict() != Verdict.OUTSIDE) {
      return "";
    }
    return day.publicationOf(job)
        .map(StepWords::accepted)
        .orElseGet(() -> Advice.on(job).orElse(""));
  }

  private static String accepted(PublicationFacts publication) {
    String reason = publication.reason();
    return reason == null || reason.isBlank()
        ? "Published, as the job's policy says."
        : "Accepted and published: " + Texts.sentence(reason);
  }

  /** What to run about a job that was compared; nothing where every key is equal. */
  public List<Step> steps(JobFacts job) {
    if (isPublished(job) && job.verdict() == Verdict.OUTSIDE) {
      return List.of(look(job));
    }
    return switch (job.verdict()) {
      case OUTSIDE ->
          List.of(
              look(job),
              new Step("Publish the batch's day all the same:", evidence.accept(job.name())),
              new Step(
                  "Compare again, once something is repaired:", evidence.reconcile(job.name())));
      case WITHIN -> List.of(look(job));
      case NOT_COMPARED, EQUAL, NOT_RUN -> List.of();
    };
  }

  private Step look(JobFacts job) {
    return new Step("Look at its keys, the worst first:", evidence.keys(job.name()));
  }
}
