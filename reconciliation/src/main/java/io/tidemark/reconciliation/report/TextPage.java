package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Grid;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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
    lines.add(words.verdict().sign() + " " + words.verdict().text());
    lines.add(words.verdict().origin());
    words.steps().begin().ifPresent(this::begin);
    jobs();
    ends();
    missing();
    details(false);
    published();
    sources();
    freshness();
    day.maintenance().ifPresent(this::maintenance);
    history();
    histories();
    details(true);
    if (!leftOut.isEmpty()) {
      heading("Left out");
      add(String.join(", ", leftOut));
      if (detail != Detail.FULL) {
        add("because the mail would be too large; the whole report is on disk");
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private void heading(String text) {
    lines.add("");
    lines.add(text.toUpperCase(Locale.ROOT));
  }

  private void add(String line) {
    lines.add(INDENT + line);
  }

  private void addBelow(String line) {
    add(INDENT + line);
  }

  private void begin(StepWords.Begin begin) {
    lines.add("");
    lines.add("Begin with " + begin.subject());
    begin.lines().forEach(this::add);
    step(begin.step());
  }

  private void step(StepWords.Step step) {
    add(step.why());
    addBelow(step.command());
  }

  private void jobs() {
    heading("Jobs");
    if (day.jobs().isEmpty()) {
      add("none that has two sides");
      return;
    }
    Grid grid = new Grid("llrll");
    grid.add("", "", "difference", "published", "");
    day.jobs().stream()
        .filter(job -> job.verdict() != Verdict.NOT_RUN)
        .forEach(
            job ->
                grid.add(
                    job.verdict().sign(),
                    job.verdict().text(),
                    words.jobs().difference(job),
                    words.jobs().published(job),
                    words.name(job.name())));
    lines.addAll(grid.lines(INDENT));
    if (!words.steps().notRun().isEmpty()) {
      add("not run here, and no part of the verdict: " + words.steps().notRun());
    }
  }

  private void ends() {
    heading("Both ends");
    if (day.ends().isEmpty()) {
      add("not checked");
    }
    day.ends()
        .forEach(
            end ->
                add(
                    "%s %s %s  %s  %s"
                        .formatted(
                            sign(end.within()),
                            words.name(end.kind()),
                            words.name(end.name()),
                            words.ledger().ends(end),
                            words.ledger().detail(end))));
  }

  private static String sign(boolean within) {
    return (within ? Verdict.EQUAL : Verdict.OUTSIDE).sign();
  }

  private void missing() {
    if (words.steps().missing().isEmpty() || !detail.showsMetrics(Verdict.NOT_COMPARED)) {
      return;
    }
    heading("Not compared");
    for (StepWords.Missing missing : words.steps().missing()) {
      add(missing.names() + ": " + missing.why());
      missing.commands().forEach(this::addBelow);
      missing.jobs().stream()
          .filter(JobFacts::everCompared)
          .forEach(job -> addBelow(words.name(job.name()) + ": " + TrendWords.of(job.history())));
    }
  }

  private void details(boolean equal) {
    day.jobs().stream()
        .filter(job -> job.verdict() != Verdict.NOT_COMPARED)
        .filter(job -> detail.showsMetrics(job.verdict()))
        .filter(job -> (job.verdict() == Verdict.EQUAL) == equal)
        .forEach(this::job);
  }

  private void job(JobFacts job) {
    lines.add("");
    lines.add(
        "%s %s  %s".formatted(job.verdict().sign(), words.name(job.name()), job.verdict().text()));
    add(words.jobs().about(job));
    if (!words.steps().advice(job).isEmpty()) {
      add(words.steps().advice(job));
    }
    metrics(job);
    places("worst values", Detail.places(job.verdict(), job.worst().dimensions()));
    places("worst keys", Detail.places(job.verdict(), job.worst().keys()));
    if (job.everCompared()) {
      add(TrendWords.of(job.history()));
    }
    words.steps().steps(job).forEach(this::step);
  }

  private void metrics(JobFacts job) {
    Grid grid = new Grid("lrrrrrl");
    grid.add("", "stream", "batch", "difference", "tolerance", "differing keys", "metric");
    for (Metric metric : job.metrics()) {
      grid.add(
          sign(metric.within()),
          words.jobs().stream(metric),
          words.jobs().batch(metric),
          words.jobs().difference(metric),
          words.name(metric.tolerance()),
          words.number(metric.differingKeys()),
          words.name(metric.name()));
    }
    lines.addAll(grid.lines(INDENT));
    job.metrics().stream()
        .filter(metric -> !metric.causes().isEmpty())
        .forEach(
            metric ->
                add(
                    "%s %s = %s"
                        .formatted(
                            words.name(metric.name()),
                            words.jobs().net(metric),
                            String.join(
                                "; ",
                                metric.causes().stream().map(words.jobs()::cause).toList()))));
  }

  private void places(String title, List<Place> places) {
    if (places.isEmpty()) {
      return;
    }
    add(title);
    for (Place place : places) {
      String causes = words.places().causes(place);
      addBelow(words.places().name(place) + (causes.isEmpty() ? "" : "  (" + causes + ")"));
      Grid grid = new Grid("rrrl");
      grid.add("stream", "batch", "batch − stream", "");
      for (Place.Value value : place.values()) {
        String keys = words.places().keys(value);
        grid.add(
            words.places().stream(value),
            words.places().batch(value),
            words.places().difference(value),
            words.places().metric(value) + (keys.isEmpty() ? "" : ", " + keys));
      }
      lines.addAll(grid.lines(INDENT + INDENT + INDENT));
      if (!words.places().evidence(place).isEmpty()) {
        addBelow(INDENT + words.places().evidence(place));
      }
    }
  }

  private void published() {
    heading("Published");
    if (day.publications().isEmpty()) {
      add("nothing of this day");
    }
    day.publications()
        .forEach(
            each ->
                add(
                    "%s %s %s %s"
                        .formatted(
                            words.ledger().at(each),
                            words.name(each.table()),
                            words.ledger().action(each),
                            words.ledger().publication(each))));
  }

  private void sources() {
    heading("Sources");
    if (day.sources().isEmpty()) {
      add("none");
    }
    for (SourceFacts source : words.sources().heard()) {
      add(words.name(source.job()) + ": " + words.sources().received(source));
      histogram("received after the event", source.lateness(), "at once");
      histogram("out of order", source.disorder(), "in order");
      source
          .deadLetters()
          .forEach(
              letters ->
                  addBelow(
                      "dead letters: %s %s  %s"
                          .formatted(
                              words.sources().count(letters),
                              words.sources().reason(letters),
                              words.sources().example(letters))));
    }
    if (!words.sources().silent().isEmpty()) {
      add("nothing of the day came to " + words.sources().silent());
    }
  }

  private void histogram(String what, Histogram histogram, String none) {
    if (histogram.total() == 0) {
      return;
    }
    addBelow(
        "%s: %s; longest %s"
            .formatted(
                what,
                String.join(
                    ", ",
                    words.sources().bins(histogram, none).stream()
                        .map(bin -> "%s %s (%s)".formatted(bin.label(), bin.count(), bin.share()))
                        .toList()),
                words.sources().longest(histogram)));
  }

  private void freshness() {
    heading("Freshness and run times");
    Grid grid = new Grid("llrrl");
    grid.add("last commit", "age", "seal to batch", "comparison", "");
    day.jobs().stream()
        .filter(job -> job.verdict() != Verdict.NOT_RUN)
        .forEach(
            job ->
                grid.add(
                    words.jobs().lastCommit(job),
                    words.jobs().age(job),
                    words.jobs().batchTime(job),
                    words.jobs().compareTime(job),
                    words.name(job.name())));
    lines.addAll(grid.lines(INDENT));
  }

  private void maintenance(MaintenanceFacts maintenance) {
    MaintenanceWords said = words.maintenance();
    heading("Maintenance");
    add(said.runs(maintenance));
    if (maintenance.kinds().isEmpty()) {
      return;
    }
    addIfAny(said.groups(maintenance));
    Grid grid = new Grid("llrrrl");
    grid.add("", "", "files", "bytes rewritten", "time", "");
    said.tables(maintenance)
        .forEach(
            table ->
                grid.add(
                    said.sign(table),
                    words.name(table.name()),
                    said.files(table),
                    said.bytes(table),
                    said.time(table),
                    said.more(table)));
    if (!maintenance.tables().isEmpty()) {
      lines.addAll(grid.lines(INDENT));
    }
    addIfAny(said.otherTables(maintenance));
    for (MaintenanceFacts.Open failed : said.failed(maintenance)) {
      add("failed: " + said.what(failed) + ": " + said.why(failed));
      step(new StepWords.Step("Run it again:", said.command(failed)));
    }
    said.left(maintenance)
        .forEach(left -> add("left as it is: " + said.what(left) + ": " + said.why(left)));
    addIfAny(said.otherOpen(maintenance));
    addIfAny(said.trend(maintenance));
  }

  private void addIfAny(String line) {
    if (!line.isEmpty()) {
      add(line);
    }
  }

  private void histories() {
    if (day.histories().isEmpty()) {
      return;
    }
    heading("Histories of users");
    for (HistoryFacts history : day.histories()) {
      add(
          "%s %s %s"
              .formatted(
                  sign(history.hasDay()),
                  words.name(history.name()),
                  words.histories().state(history)));
      addBelow(words.histories().users(history));
      Grid grid = new Grid("lrr");
      grid.add("", "bytes", "");
      words
          .histories()
          .sizes(history)
          .forEach(line -> grid.add(line.label(), line.bytes(), line.relative()));
      if (history.sizes().isPresent()) {
        lines.addAll(grid.lines(INDENT + INDENT));
      }
      Stream.of(words.histories().missing(history), words.histories().command(history))
          .filter(line -> !line.isEmpty())
          .forEach(this::addBelow);
    }
  }

  private void history() {
    heading("The last " + DayFacts.HISTORY_DAYS + " days");
    add(words.ledger().meanTimeToPublish());
    day.offenders()
        .forEach(
            offender ->
                add(
                    "%s.%s %s"
                        .formatted(
                            words.name(offender.job()),
                            words.name(offender.metric()),
                            words.ledger().offender(offender))));
  }
}
