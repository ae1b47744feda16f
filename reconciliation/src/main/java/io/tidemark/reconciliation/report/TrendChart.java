package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.report.JobFacts.HistoryDay;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.util.ShapeUtils;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * The last days' difference of one job, in percent of the batch, above the band that is tolerated.
 * Form says what colour says: a dot is within, a diamond outside, a cross was not compared. Blue
 * and vermilion are told apart by nearly everyone.
 */
final class TrendChart {
  /** Height on a page. */
  static final int HEIGHT = 160;

  private static final double PERCENT = 100;
  private static final int FULL_DAYS_BETWEEN_LABELS = 7;
  private static final Color VERMILION = new Color(0xC2, 0x41, 0x0C);
  private static final Color BAND = new Color(0x6B, 0xAE, 0xD6);

  private TrendChart() {}

  /** The picture as PNG. */
  static byte[] png(List<HistoryDay> days) {
    return DrawnChart.png(chart(days), HEIGHT);
  }

  private static JFreeChart chart(List<HistoryDay> days) {
    double top = top(days);
    XYPlot plot =
        DrawnChart.plot(
            days.stream().map(HistoryDay::day).toList(),
            FULL_DAYS_BETWEEN_LABELS,
            percentAxis(top));
    plot.setDataset(0, band(days, top));
    plot.setRenderer(0, bandRenderer());
    plot.setDataset(1, points(days));
    plot.setRenderer(1, pointRenderer());
    return DrawnChart.of(plot);
  }

  /** Room above the band and above the farthest day; where both are nothing, up to one percent. */
  private static double top(List<HistoryDay> days) {
    double top = 0;
    for (HistoryDay day : days) {
      if (day.tolerance() != null && Double.isFinite(day.tolerance())) {
        top = Math.max(top, day.tolerance() * 1.6);
      }
      if (day.difference() != null && Double.isFinite(day.difference())) {
        top = Math.max(top, day.difference() * 1.15);
      }
    }
    return top == 0 ? 1 : top * PERCENT;
  }

  /** A day without comparison has the band of its neighbours: a tolerance holds until changed. */
  private static YIntervalSeriesCollection band(List<HistoryDay> days, double top) {
    YIntervalSeries series = new YIntervalSeries("tolerance");
    Double last =
        days.stream()
            .map(HistoryDay::tolerance)
            .filter(java.util.Objects::nonNull)
            .findFirst()
            .orElse(null);
    for (int i = 0; i < days.size() && last != null; i++) {
      last = days.get(i).tolerance() == null ? last : days.get(i).tolerance();
      double high = Math.min(last * PERCENT, top);
      series.add(i, high, 0, high);
    }
    YIntervalSeriesCollection band = new YIntervalSeriesCollection();
    band.addSeries(series);
    return band;
  }

  private static DeviationRenderer bandRenderer() {
    DeviationRenderer renderer = new DeviationRenderer(true, false);
    renderer.setSeriesPaint(0, BAND);
    renderer.setSeriesFillPaint(0, BAND);
    renderer.setSeriesStroke(
        0,
        new BasicStroke(
            1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 3}, 0));
    renderer.setAlpha(0.22f);
    return renderer;
  }

  /** The line, then what lies on it, so that signs are drawn above it. */
  private static XYSeriesCollection points(List<HistoryDay> days) {
    XYSeries line = new XYSeries("difference");
    XYSeries within = new XYSeries("within");
    XYSeries outside = new XYSeries("outside");
    XYSeries missing = new XYSeries("not compared");
    for (int i = 0; i < days.size(); i++) {
      HistoryDay day = days.get(i);
      if (day.difference() == null) {
        line.add(i, Double.NaN);
        missing.add(i, 0);
      } else {
        double percent = Math.min(day.difference(), Double.MAX_VALUE / 1000) * PERCENT;
        line.add(i, percent);
        (day.within() ? within : outside).add(i, percent);
      }
    }
    XYSeriesCollection all = new XYSeriesCollection();
    all.addSeries(missing);
    all.addSeries(outside);
    all.addSeries(within);
    all.addSeries(line);
    return all;
  }

  private static XYLineAndShapeRenderer pointRenderer() {
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
    shape(renderer, 0, ShapeUtils.createDiagonalCross(3, 0.6f), DrawnChart.GREY);
    shape(renderer, 1, ShapeUtils.createDiamond(5.5f), VERMILION);
    shape(renderer, 2, new Ellipse2D.Double(-2.6, -2.6, 5.2, 5.2), DrawnChart.BLUE);
    renderer.setSeriesShapesVisible(3, false);
    renderer.setSeriesLinesVisible(3, true);
    renderer.setSeriesPaint(3, DrawnChart.BLUE);
    renderer.setSeriesStroke(
        3, new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    return renderer;
  }

  private static void shape(XYLineAndShapeRenderer renderer, int series, Shape shape, Color color) {
    renderer.setSeriesShape(series, shape);
    renderer.setSeriesPaint(series, color);
  }

  private static NumberAxis percentAxis(double top) {
    NumberAxis axis = new NumberAxis();
    axis.setRange(0 - top * 0.06, top);
    axis.setTickUnit(new NumberTickUnit(DrawnChart.step(top), percentFormat()));
    return axis;
  }

  private static DecimalFormat percentFormat() {
    return new DecimalFormat("#,##0.########' %'", DecimalFormatSymbols.getInstance(Locale.ROOT));
  }
}
