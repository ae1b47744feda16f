package io.tidemark.reconciliation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;

/** What all charts of the report have in common: days from left to right, numbers upwards. */
final class DrawnChart {
  /** Width on a page; the picture has twice as many pixels. */
  static final int WIDTH = 520;

  static final Color BLUE = new Color(0x00, 0x5A, 0x9C);
  static final Color GREY = new Color(0x8A, 0x93, 0x9D);

  private static final int PIXELS = 2;
  private static final Color TEXT = new Color(0x4B, 0x55, 0x63);
  private static final Color GRID = new Color(0xE5, 0xE7, 0xEB);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MM-dd", Locale.ROOT);

  static {
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private DrawnChart() {}

  /**
   * An empty plot.
   *
   * @param days at 0, 1, 2 …
   * @param betweenLabels days from one label to the next
   * @param numbers the axis that goes upwards
   */
  static XYPlot plot(List<LocalDate> days, int betweenLabels, NumberAxis numbers) {
    plain(numbers);
    numbers.setAxisLineVisible(false);
    XYPlot plot = new XYPlot();
    plot.setDomainAxis(dateAxis(days, betweenLabels));
    plot.setRangeAxis(numbers);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(GRID);
    plot.setRangeGridlineStroke(new BasicStroke(1));
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    return plot;
  }

  static JFreeChart of(XYPlot plot) {
    JFreeChart chart = new JFreeChart(null, FONT, plot, false);
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(6, 2, 2, 10));
    return chart;
  }

  /** The picture as PNG. */
  static byte[] png(JFreeChart chart, int height) {
    BufferedImage image =
        new BufferedImage(WIDTH * PIXELS, height * PIXELS, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.scale(PIXELS, PIXELS);
      chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new IllegalStateException("a chart cannot be written as PNG", e);
    }
    return png.toByteArray();
  }

  /** The distance of two to four lines, at round numbers. */
  static double step(double top) {
    double power = Math.pow(10, Math.floor(Math.log10(top)));
    double leading = top / power;
    double step = leading < 2 ? 0.5 : leading < 4 ? 1 : leading < 8 ? 2 : 4;
    return step * power;
  }

  private static NumberAxis dateAxis(List<LocalDate> days, int betweenLabels) {
    NumberAxis axis = new NumberAxis();
    axis.setRange(-0.6, Math.max(days.size(), 1) - 0.4);
    axis.setTickUnit(new NumberTickUnit(betweenLabels, dates(days)));
    plain(axis);
    axis.setAxisLinePaint(GREY);
    return axis;
  }

  private static void plain(NumberAxis axis) {
    axis.setTickLabelFont(FONT);
    axis.setTickLabelPaint(TEXT);
    axis.setTickMarksVisible(false);
  }

  /** Positions on the axis as the dates that stand there. */
  private static NumberFormat dates(List<LocalDate> days) {
    return new NumberFormat() {
      private static final long serialVersionUID = 1L;

      @Override
      public StringBuffer format(double number, StringBuffer to, FieldPosition position) {
        int index = (int) Math.round(number);
        return index < 0 || index >= days.size() ? to : to.append(days.get(index).format(DATE));
      }

      @Override
      public StringBuffer format(long number, StringBuffer to, FieldPosition position) {
        return format((double) number, to, position);
      }

      @Override
      public Number parse(String source, ParsePosition position) {
        throw new UnsupportedOperationException("an axis is only written");
      }
    };
  }
}
