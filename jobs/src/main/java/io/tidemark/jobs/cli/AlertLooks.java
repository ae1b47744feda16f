package io.tidemark.jobs.cli;

import io.tidemark.catalog.Environment;
import io.tidemark.jobs.alert.AlertCheck;
import io.tidemark.jobs.alert.AlertCheck.Looked;
import io.tidemark.jobs.alert.AlertCheck.Outcome;
import io.tidemark.jobs.alert.AlertEvaluator;
import io.tidemark.jobs.alert.AlertWindow;
import io.tidemark.jobs.alert.Finding;
import io.tidemark.jobs.alert.Receivers;
import io.tidemark.jobs.alert.Unknown;
import io.tidemark.jobs.operation.JobStatus;
import io.tidemark.jobs.operation.StatusReader;
import io.tidemark.jobs.run.AlertQuery;
import io.tidemark.jobs.run.IncidentTable;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.AlertSpec;
import io.tidemark.jobs.spec.AlertSpec.Stale;
import io.tidemark.jobs.spec.AlertedMetric;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Looks at the alerts of some jobs, as often as one likes, and tells what there is to tell. */
final class AlertLooks {
  private final Workspace workspace;
  private final List<AlertSpec> alerts;
  private final Predicate<String> inScope;
  private final StatusReader status;
  private final AlertQuery query;
  private final AlertCheck check;

  /**
   * Looks at the alerts of jobs and sinks.
   *
   * @param inScope which, by name
   * @param pause how to wait before telling somebody again
   */
  AlertLooks(
      Workspace workspace, Predicate<String> inScope, InstantSource clock, AlertCheck.Pause pause) {
    Environment environment = workspace.declarations().environment();
    this.workspace = workspace;
    this.inScope = inScope;
    this.alerts =
        workspace.jobs().alerts().stream().filter(alert -> inScope.test(alert.job())).toList();
    this.status = new StatusReader(workspace.lake(), workspace.jobs(), FailureText::withoutSecrets);
    this.query = new AlertQuery(workspace.lake(), workspace.tables());
    this.check =
        new AlertCheck(
            environment.name(),
            environment.timeZone(),
            new IncidentTable(workspace.lake()),
            Receivers.of(environment),
            clock,
            pause);
  }

  /** Looks at a moment that has come. */
  Outcome at(Instant moment) {
    // The table keeps microseconds, and a moment has to be the same when it is read again.
    Instant at = moment.truncatedTo(ChronoUnit.MILLIS);
    Look look = new Look(at);
    look.take();
    Outcome outcome =
        check.make(
            UUID.randomUUID().toString(),
            new Looked(at, look.findings, look.unknown, workspace.jobs().alerts(), inScope));
    List<String> problems = new ArrayList<>(look.problems);
    problems.addAll(outcome.problems());
    return new Outcome(outcome.open(), outcome.told(), problems);
  }

  /** A look at all alerts. */
  private final class Look {
    private final Instant at;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Unknown> unknown = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Look(Instant at) {
      this.at = at;
    }

    void take() {
      // Before any value is read: what is there then was there by this moment.
      Map<String, JobStatus> known = status(at);
      alerts.forEach(alert -> take(alert, known.get(alert.job())));
    }

    private void take(AlertSpec alert, JobStatus job) {
      if (job.freshness().isPresent()) {
        try {
          findings.addAll(found(alert, at, job.freshness().get()));
        } catch (RuntimeException e) {
          failed(alert, FailureText.withoutSecrets(e));
        }
      } else if (!job.problems().isEmpty()) {
        failed(
            alert,
            "nobody knows how fresh %s is: %s"
                .formatted(alert.job(), String.join("; ", job.problems())));
      } else if (alert.condition() instanceof Stale) {
        // No fault of this look: somebody has to begin the job.
        unknown.add(
            new Unknown(
                alert,
                "%s has not committed anything yet (%s); './tidemark stream %s' begins it"
                    .formatted(job.job(), job.activity().shown(), job.job())));
      }
    }

    private void failed(AlertSpec alert, String why) {
      unknown.add(new Unknown(alert, why));
      problems.add("alert %s was not looked at: %s".formatted(alert.fullName(), why));
    }
  }

  private Map<String, JobStatus> status(Instant at) {
    Predicate<String> alerted = name -> alerts.stream().anyMatch(alert -> alert.job().equals(name));
    List<JobSpec> jobs =
        workspace.jobs().jobs().stream().filter(job -> alerted.test(job.name())).toList();
    List<SinkSpec> sinks =
        workspace.jobs().sinks().stream().filter(sink -> alerted.test(sink.name())).toList();
    Map<String, JobStatus> found = new LinkedHashMap<>();
    status.read(jobs, sinks, at).forEach(each -> found.put(each.job(), each));
    return found;
  }

  private List<Finding> found(AlertSpec alert, Instant at, Duration freshness) {
    AlertEvaluator evaluator =
        new AlertEvaluator(alert, workspace.declarations().environment().timeZone());
    if (alert.condition() instanceof Stale) {
      return List.of(evaluator.look(freshness));
    }
    AlertedMetric metric =
        new AlertedMetric(
            (AggregateSpec) workspace.jobs().job(alert.job()),
            alert.condition().metric().orElseThrow());
    List<AlertWindow> windows = evaluator.windows(metric.job().window(), at.minus(freshness));
    return evaluator.look(metric, windows, query.values(alert, metric, evaluator.needed(windows)));
  }
}
