package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Grid;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.util.ArrayList;
import java.util.List;

/** The report as plain text: the same in the same order, in columns. */
final class TextPage {
  private static final String INDENT = "  ";

  private final DayFacts day;
  private final Words words;
  private final Detail detail;
  private final List<String> lines = new ArrayList<>();

  private TextPage(DayFacts day, Words words, Detail detail) {
    this.day = day;
    this.words = words;
    this.detail = detail;
  }

  static String of(DayFacts day, Words words, Detail detail, List<String> leftOut) {
    return new TextPage(day, words, detail).page(leftOut);
  }

  private String page(List<String> leftOut) {
    lines.add(words.sign() + " " + words.verdict());
    lines.add(words.origin());
    words
        .first()
        .ifPresent(
            job -> {
              lines.add("");
              lines.add("Begin with " + words.name(job.name()) + ":");
              lines.add(INDENT + words.firstCommand(job));
            });
    jobs();
    day.jobs().stream().filter(job -> detail.showsMetrics(job.verdict())).forEach(this::job);
    published();
    ends();
    sources();
    freshness();
    history();
    if (!leftOut.isEmpty()) {
      heading("Left out");
      lines.add(INDENT + String.join(", ", leftOut));
      if (detail != Detail.FULL) {
        lines.add(INDENT + "because the mail would be too large; the whole report is on disk");
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private void heading(String text) {
    lines.add("");
    lines.add(text.toUpperCase(java.util.Locale.ROOT));
  }

  private void jobs() {
    heading("Jobs");
    if (day.jobs().isEmpty()) {
      lines.add(INDENT + "none that has two sides");
      return;
    }
    Grid grid = new Grid("llrll");
    grid.add("", "", "difference", "published", "");
    for (JobFacts job : day.jobs()) {
      grid.add(
          job.verdict().sign(),
          job.verdict().text(),
          words.difference(job),
          words.published(job),
          words.name(job.name()));
    }
    lines.addAll(grid.lines(INDENT));
  }

  private void job(JobFacts job) {
    lines.add("");
    lines.add(
        "%s %s  %s".formatted(job.verdict().sign(), words.name(job.name()), job.verdict().text()));
    lines.add(INDENT + words.about(job));
    if (!job.metrics().isEmpty()) {
      Grid grid = new Grid("lrrrrrl");
      grid.add("", "stream", "batch", "difference", "tolerance", "differing keys", "metric");
      for (Metric metric : job.metrics()) {
        grid.add(
            (metric.within() ? Verdict.EQUAL : Verdict.OUTSIDE).sign(),
            words.stream(metric),
            words.batch(metric),
            words.difference(metric),
            words.name(metric.tolerance()),
            words.number(metric.differingKeys()),
            words.name(metric.name()));
      }
      lines.addAll(grid.lines(INDENT));
    }
    job.metrics().forEach(this::reasons);
    if (job.history().stream().anyMatch(each -> each.difference() != null)) {
      lines.add(INDENT + TrendWords.of(job.history()));
    }
    if (job.run().isPresent() && job.verdict() != Verdict.EQUAL) {
      lines.add(INDENT + "evidence: " + words.keysCommand(job));
      lines.add(INDENT + "in Trino: " + words.keysSql(job));
    }
    if (!words.next(job).isEmpty()) {
      lines.add(INDENT + words.next(job));
      words.nextCommands(job).forEach(command -> lines.add(INDENT + INDENT + command));
    }
  }

  private void reasons(Metric metric) {
    String name = words.name(metric.name());
    if (!metric.causes().isEmpty()) {
      String net = words.net(metric);
      lines.add(
          INDENT
              + name
              + (net.isEmpty() ? "" : " " + net)
              + " = "
              + String.join("; ", metric.causes().stream().map(words::cause).toList()));
    }
    metric
        .dimensions()
        .forEach(
            value ->
                lines.add(
                    INDENT + name + " at " + words.dimension(value) + ": " + words.sides(value)));
    metric
        .keys()
        .forEach(
            key -> {
              lines.add(INDENT + name + " at " + words.key(key) + ": " + words.sides(key));
              if (!words.evidence(key).isEmpty()) {
                lines.add(INDENT + INDENT + words.evidence(key));
              }
            });
  }

  private void published() {
    heading("Published");
    if (day.publications().isEmpty()) {
      lines.add(INDENT + "nothing of this day");
    }
    day.publications()
        .forEach(
            each ->
                lines.add(
                    INDENT
                        + "%s %s %s %s"
                            .formatted(
                                words.time(each.at()),
                                words.name(each.table()),
                                words.action(each),
                                words.publication(each))));
  }

  private void ends() {
    heading("Both ends");
    if (day.ends().isEmpty()) {
      lines.add(INDENT + "not compared");
    }
    day.ends()
        .forEach(
            end ->
                lines.add(
                    INDENT
                        + "%s %s  %s  %s"
                            .formatted(
                                (end.within() ? Verdict.EQUAL : Verdict.OUTSIDE).sign(),
                                words.name(end.name()),
                                words.ends(end),
                                words.detail(end))));
  }

  private void sources() {
    heading("Sources");
    if (day.sources().isEmpty()) {
      lines.add(INDENT + "none");
    }
    for (SourceFacts source : day.sources()) {
      lines.add(INDENT + words.name(source.job()) + ": " + words.received(source));
      histogram("received after the event", source.lateness(), "at once");
      histogram("out of order", source.disorder(), "in order");
      source
          .deadLetters()
          .forEach(
              letters ->
                  lines.add(
                      INDENT
                          + INDENT
                          + "dead letters: %s %s  %s"
                              .formatted(
                                  words.number(letters.count()),
                                  words.reason(letters),
                                  words.example(letters))));
    }
  }

  private void histogram(String what, Histogram histogram, String none) {
    if (histogram.total() == 0) {
      return;
    }
    lines.add(
        INDENT
            + INDENT
            + what
            + ": "
            + String.join(
                ", ",
                words.bins(histogram, none).stream()
                    .map(bin -> "%s %s (%s)".formatted(bin.label(), bin.count(), bin.share()))
                    .toList())
            + "; longest "
            + words.longest(histogram));
  }

  private void freshness() {
    heading("Freshness and run times");
    Grid grid = new Grid("llrrl");
    grid.add("last commit", "age", "seal to batch", "comparison", "");
    for (JobFacts job : day.jobs()) {
      grid.add(
          words.lastCommit(job),
          words.age(job),
          words.batchTime(job),
          words.compareTime(job),
          words.name(job.name()));
    }
    lines.addAll(grid.lines(INDENT));
  }

  private void history() {
    heading("The last " + DayFacts.HISTORY_DAYS + " days");
    lines.add(INDENT + words.meanTimeToPublish());
    day.offenders()
        .forEach(
            offender ->
                lines.add(
                    INDENT
                        + "%s.%s %s"
                            .formatted(
                                words.name(offender.job()),
                                words.name(offender.metric()),
                                words.offender(offender))));
  }
}
