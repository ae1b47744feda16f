package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import io.tidemark.reconciliation.report.Report.Picture;
import io.tidemark.reconciliation.report.Report.Pictures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a report of a day's facts. */
public final class ReportRenderer {
  private static final int NO_CSV = 0;

  private final Map<List<HistoryDay>, byte[]> drawn = new HashMap<>();
  private String chartProblem = "";

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
    List<String> leftOut = new ArrayList<>(detail.leftOut());
    if (!chartProblem.isEmpty()) {
      leftOut.add("charts, which this machine cannot draw (" + chartProblem + ")");
    }
    // The verdict is on all jobs, also where the most urgent ones are shown alone.
    Words words = new Words(day);
    return new Report(
        words.verdict().subject(),
        HtmlPage.of(shown, words, detail, charts, pictures, leftOut),
        TextPage.of(shown, words, detail, leftOut),
        detail.shows(Detail.NO_ATTACHMENT) ? CsvFile.of(day) : new byte[NO_CSV],
        charts.values().stream().distinct().toList(),
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
        byte[] png = drawn.computeIfAbsent(job.history(), this::draw);
        String name = "trend-" + (pictures.size() + 1) + ".png";
        charts.put(
            job.name(),
            pictures.computeIfAbsent(
                job.history(), history -> new Picture(name, TrendWords.of(history), png)));
      }
    }
    return chartProblem.isEmpty() ? charts : Map.of();
  }

  /** A machine without fonts throws errors of many kinds; the report is worth more than a chart. */
  private byte[] draw(List<HistoryDay> history) {
    try {
      return TrendChart.png(history);
    } catch (RuntimeException | LinkageError | InternalError e) {
      chartProblem = Plain.line(e.toString(), 120);
      return new byte[0];
    }
  }
}
