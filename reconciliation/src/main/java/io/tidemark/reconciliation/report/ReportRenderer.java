package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import io.tidemark.reconciliation.report.Report.Picture;
import io.tidemark.reconciliation.report.Report.Pictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes a report of a day's facts. */
public final class ReportRenderer {
  private static final int NO_CSV = 0;

  private final Map<List<?>, byte[]> drawn = new HashMap<>();
  private final Optional<Path> conf;
  private String chartProblem = "";

  /** Renders reports whose commands read the configuration where it usually is. */
  public ReportRenderer() {
    this(Optional.empty());
  }

  /**
   * The same with another configuration.
   *
   * @param conf its directory, where another than the usual one was given
   */
  public ReportRenderer(Optional<Path> conf) {
    this.conf = conf;
  }

  /**
   * The charts of a page.
   *
   * @param jobs by name of the job
   * @param maintenance of the tables, where one is shown
   */
  record Charts(Map<String, Picture> jobs, Optional<Picture> maintenance) {
    /** No chart. */
    static final Charts NONE = new Charts(Map.of(), Optional.empty());
  }

  /**
   * The report in all its forms. Charts are drawn once, whatever is asked for afterwards.
   *
   * @param day the facts, whose jobs are shown in their order
   * @param detail how much of them
   * @param pictures how the page names its pictures
   */
  public Report render(DayFacts day, Detail detail, Pictures pictures) {
    DayFacts shown = detail.shows(Detail.SUMMARY) ? day : mostUrgent(day);
    Map<String, Picture> charts = charts(shown, detail);
    Optional<Picture> maintenance = maintenance(shown, detail);
    if (!chartProblem.isEmpty()) {
      charts = Map.of();
      maintenance = Optional.empty();
    }
    List<String> leftOut = new ArrayList<>(detail.leftOut());
    if (!chartProblem.isEmpty()) {
      leftOut.add("charts, which this machine cannot draw (" + chartProblem + ")");
    }
    // The verdict is on all jobs, also where the most urgent ones are shown alone.
    Words words = new Words(day, conf);
    return new Report(
        words.verdict().subject(),
        HtmlPage.of(shown, words, new Charts(charts, maintenance), detail, pictures, leftOut),
        TextPage.of(shown, words, detail, leftOut),
        detail.shows(Detail.NO_ATTACHMENT) ? CsvFile.of(day) : new byte[NO_CSV],
        Stream.concat(charts.values().stream().distinct(), maintenance.stream()).toList(),
        leftOut);
  }

  private static DayFacts mostUrgent(DayFacts day) {
    return day.withJobs(
        day.jobs().stream()
            .sorted(Comparator.comparing(JobFacts::verdict))
            .limit(Detail.MOST_URGENT)
            .toList());
  }

  /** Jobs with the same history, such as those that are always equal, share a picture. */
  private Map<String, Picture> charts(DayFacts day, Detail detail) {
    Map<List<HistoryDay>, Picture> pictures = new HashMap<>();
    Map<String, Picture> charts = new LinkedHashMap<>();
    for (JobFacts job : day.jobs()) {
      if (job.everApart() && detail.showsChart(job.verdict()) && chartProblem.isEmpty()) {
        byte[] png = draw(job.history(), TrendChart::png);
        String name = "trend-" + (pictures.size() + 1) + ".png";
        charts.put(
            job.name(),
            pictures.computeIfAbsent(
                job.history(), history -> new Picture(name, TrendWords.of(history), png)));
      }
    }
    return charts;
  }

  private Optional<Picture> maintenance(DayFacts day, Detail detail) {
    return day.maintenance()
        .filter(MaintenanceWords::drawn)
        .filter(facts -> detail.shows(Detail.NO_CHARTS) && chartProblem.isEmpty())
        .map(
            facts ->
                new Picture(
                    "maintenance.png",
                    MaintenanceWords.trend(facts.days()),
                    draw(facts.days(), MaintenanceChart::png)));
  }

  /** A machine without fonts throws errors of many kinds; the report is worth more than a chart. */
  private <T> byte[] draw(List<T> days, Function<List<T>, byte[]> chart) {
    try {
      return drawn.computeIfAbsent(days, none -> chart.apply(days));
    } catch (RuntimeException | LinkageError | InternalError e) {
      chartProblem = Plain.line(e.toString(), 120);
      return new byte[0];
    }
  }
}
