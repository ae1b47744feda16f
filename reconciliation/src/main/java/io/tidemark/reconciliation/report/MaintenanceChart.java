package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.report.MaintenanceFacts.Day;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.data.xy.XYBarDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Bytes of data files that were rewritten, a bar for each day. */
final class MaintenanceChart {
  /** Height on a page. */
  static final int HEIGHT = 120;

  private static final int DAYS_BETWEEN_LABELS = 3;
  private static final double OF_A_DAY = 0.7;
  private static final double KIB = 1024;
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  private MaintenanceChart() {}

  /** The picture as PNG. */
  static byte[] png(List<Day> days) {
    double most = days.stream().mapToLong(Day::bytes).max().orElse(0);
    int unit = 0;
    while (most >= KIB && unit < UNITS.size() - 1) {
      most /= KIB;
      unit++;
    }
    double top = most == 0 ? 1 : most * 1.1;
    NumberAxis axis = new NumberAxis();
    axis.setRange(0, top);
    axis.setTickUnit(
        new NumberTickUnit(
            DrawnChart.step(top),
            new DecimalFormat(
                "#,##0.#' " + UNITS.get(unit) + "'",
                DecimalFormatSymbols.getInstance(Locale.ROOT))));
    XYPlot plot = DrawnChart.plot(days.stream().map(Day::day).toList(), DAYS_BETWEEN_LABELS, axis);
    plot.setDataset(bars(days, Math.pow(KIB, unit)));
    XYBarRenderer renderer = new XYBarRenderer();
    renderer.setBarPainter(new StandardXYBarPainter());
    renderer.setShadowVisible(false);
    renderer.setSeriesPaint(0, DrawnChart.BLUE);
    plot.setRenderer(renderer);
    return DrawnChart.png(DrawnChart.of(plot), HEIGHT);
  }

  private static XYBarDataset bars(List<Day> days, double unit) {
    XYSeries series = new XYSeries("rewritten");
    for (int i = 0; i < days.size(); i++) {
      series.add(i, days.get(i).bytes() / unit);
    }
    XYSeriesCollection all = new XYSeriesCollection();
    all.addSeries(series);
    return new XYBarDataset(all, OF_A_DAY);
  }
}
