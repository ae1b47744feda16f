package io.tidemark.reconciliation.mail;

import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.JobFacts;
import io.tidemark.reconciliation.report.MaintenanceFacts;

/**
 * A fingerprint of what a report says of its day: verdicts, numbers, causes, publications, both
 * ends, days that histories lack, maintenance that failed. What is different at every look, such as
 * how fresh a stream is, is left out.
 */
final class ReportContent {
  private ReportContent() {}

  static String of(DayFacts day) {
    StringBuilder said = new StringBuilder(day.day().toString());
    for (JobFacts job : day.jobs()) {
      said.append('\n')
          .append(job.name())
          .append(job.verdict())
          .append(job.run().map(JobFacts.Run::id).orElse(""))
          .append(job.metrics());
    }
    day.publications().forEach(each -> said.append('\n').append(each));
    day.ends().forEach(each -> said.append('\n').append(each));
    day.histories()
        .forEach(
            each ->
                said.append('\n').append(each.name()).append(each.state()).append(each.missing()));
    day.maintenance().stream()
        .flatMap(maintenance -> maintenance.open().stream())
        .filter(MaintenanceFacts.Open::failed)
        .forEach(each -> said.append('\n').append(each));
    return Fingerprint.of(said.toString());
  }
}
