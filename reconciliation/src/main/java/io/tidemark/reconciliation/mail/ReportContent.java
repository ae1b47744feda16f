package io.tidemark.reconciliation.mail;

import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.JobFacts;

/**
 * A fingerprint of what a report says of its day: verdicts, numbers, causes, publications, both
 * ends, days that histories lack. What is different at every look, such as how fresh a stream is,
 * is left out.
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
    return Fingerprint.of(said.toString());
  }
}
