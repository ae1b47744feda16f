package io.tidemark.reconciliation.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapperBuilder;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.tidemark.reconciliation.report.Report.Pictures;
import io.tidemark.reconciliation.report.ReportRenderer.Charts;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The report as a page for mail clients: tables, inline styles, no script and nothing fetched. The
 * template escapes whatever it is given.
 */
final class HtmlPage {
  private static final Template TEMPLATE = template();

  private HtmlPage() {}

  private static Template template() {
    Configuration settings = new Configuration(Configuration.VERSION_2_3_34);
    settings.setObjectWrapper(
        new DefaultObjectWrapperBuilder(Configuration.VERSION_2_3_34).build());
    settings.setClassForTemplateLoading(HtmlPage.class, "");
    settings.setDefaultEncoding("UTF-8");
    settings.setOutputFormat(HTMLOutputFormat.INSTANCE);
    settings.setAutoEscapingPolicy(Configuration.FORCE_AUTO_ESCAPING_POLICY);
    settings.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    settings.setLogTemplateExceptions(false);
    settings.setWhitespaceStripping(true);
    settings.setNumberFormat("computer");
    try {
      return settings.getTemplate("report.ftlh");
    } catch (IOException e) {
      throw new IllegalStateException("the report's template cannot be read", e);
    }
  }

  static String of(
      DayFacts day,
      Words words,
      Charts charts,
      Detail detail,
      Pictures pictures,
      List<String> leftOut) {
    Map<String, Object> model = new HashMap<>();
    model.put("day", day);
    model.put("w", words);
    model.put("view", new View(day, detail, charts, pictures));
    model.put("leftOut", leftOut);
    StringWriter page = new StringWriter();
    try {
      TEMPLATE.process(model, page);
    } catch (TemplateException | IOException e) {
      throw new IllegalStateException("the report of " + day.day() + " cannot be written", e);
    }
    return page.toString();
  }

  /** What of the day is shown, as the template asks for it. */
  public static final class View {
    private final DayFacts day;
    private final Detail detail;
    private final Charts charts;
    private final Pictures pictures;

    View(DayFacts day, Detail detail, Charts charts, Pictures pictures) {
      this.day = day;
      this.detail = detail;
      this.charts = charts;
      this.pictures = pictures;
    }

    /** Whether something is left out that the report on disk has. */
    public boolean shortened() {
      return detail != Detail.FULL;
    }

    /** Whether equal jobs are shown with their metrics. */
    public boolean equal() {
      return detail.showsMetrics(Verdict.EQUAL) && day.count(Verdict.EQUAL) > 0;
    }

    /** Whether a job that was compared is shown with its metrics. */
    public boolean metrics(JobFacts job) {
      return job.verdict() != Verdict.NOT_COMPARED && detail.showsMetrics(job.verdict());
    }

    /** Whether it is said why jobs are not compared. */
    public boolean missing() {
      return detail.showsMetrics(Verdict.NOT_COMPARED);
    }

    /** The values of dimensions that a job's page shows. */
    public List<Place> dimensions(JobFacts job) {
      return shown(job, job.worst().dimensions());
    }

    /** The keys that it shows. */
    public List<Place> keys(JobFacts job) {
      return shown(job, job.worst().keys());
    }

    private static List<Place> shown(JobFacts job, List<Place> places) {
      return Detail.places(job.verdict(), places);
    }

    /** Whether a job has a chart. */
    public boolean hasChart(JobFacts job) {
      return charts.jobs().containsKey(job.name());
    }

    /** The address of its chart. */
    public String chartSource(JobFacts job) {
      return pictures.source(charts.jobs().get(job.name()));
    }

    /** What its chart shows, in words. */
    public String chartInWords(JobFacts job) {
      return TrendWords.of(job.history());
    }

    /** Whether there is a chart of maintenance. */
    public boolean hasMaintenanceChart() {
      return charts.maintenance().isPresent();
    }

    /** The address of the chart of maintenance. */
    public String maintenanceChart() {
      return pictures.source(charts.maintenance().orElseThrow());
    }

    /** Text colour of a verdict; its sign and words say the same. */
    public String color(Verdict verdict) {
      return switch (verdict) {
        case OUTSIDE -> "#a8320a";
        case NOT_COMPARED -> "#6b4e00";
        case WITHIN, EQUAL, NOT_RUN -> "#00508c";
      };
    }

    /** The same by the verdict's name. */
    public String color(String verdict) {
      return color(Verdict.valueOf(verdict));
    }

    /** Colour behind it. */
    public String tint(Verdict verdict) {
      return switch (verdict) {
        case OUTSIDE -> "#fdeee7";
        case NOT_COMPARED -> "#fbf4dc";
        case WITHIN, EQUAL, NOT_RUN -> "#e8f2fa";
      };
    }
  }
}
