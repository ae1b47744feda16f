package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.SourceFacts.DeadLetters;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the report says of a source. */
public final class SourceWords {
  private static final double SMALLEST_SHOWN = 0.0001;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final List<SourceFacts> sources;

  SourceWords(List<SourceFacts> sources) {
    this.sources = sources;
  }

  /** Those that had anything of the day. */
  public List<SourceFacts> heard() {
    return sources.stream().filter(SourceFacts::heard).toList();
  }

  /** The names of the others; empty when there are none. */
  public String silent() {
    return sources.stream()
        .filter(source -> !source.heard())
        .map(source -> Texts.name(source.job()))
        .collect(Collectors.joining(", "));
  }

  /** What a source received. */
  public String received(SourceFacts source) {
    return "%s of the day%s, %s"
        .formatted(
            Shown.counted(source.rows(), "row"),
            source.pending() > 0
                ? ", of them " + Shown.number(source.pending()) + " pending behind the cut"
                : "",
            source.unread() == 0
                ? "no dead letter"
                : Shown.counted(source.unread(), "dead letter"));
  }

  /** The longest span of a histogram. */
  public String longest(Histogram histogram) {
    return Times.span(histogram.longest());
  }

  /** The classes of a histogram, without the empty ones at its end. */
  public List<Bin> bins(Histogram histogram, String none) {
    long total = Math.max(1, histogram.total());
    int last = -1;
    for (int i = 0; i < histogram.counts().size(); i++) {
      last = histogram.counts().get(i) > 0 ? i : last;
    }
    List<Bin> bins = new ArrayList<>();
    if (histogram.none() > 0 || last < 0) {
      bins.add(bin(none, histogram.none(), total));
    }
    for (int i = 0; i <= last; i++) {
      bins.add(bin(limit(i), histogram.counts().get(i), total));
    }
    return bins;
  }

  private static String limit(int index) {
    return index < Histogram.LIMITS.size()
        ? "up to " + Shown.duration(Histogram.LIMITS.get(index))
        : "longer";
  }

  private static Bin bin(String label, long count, long total) {
    double share = (double) count / total;
    int width = (int) Math.round(100 * share);
    return new Bin(label, Shown.number(count), roughly(share), count > 0 ? Math.max(1, width) : 0);
  }

  /** Two digits are enough beside a bar. */
  private static String roughly(double share) {
    if (share > 0 && share < SMALLEST_SHOWN) {
      return "< " + Shown.percent(SMALLEST_SHOWN);
    }
    BigDecimal percent = BigDecimal.valueOf(share).multiply(HUNDRED).round(new MathContext(2));
    return percent.signum() == 0 ? "0 %" : percent.stripTrailingZeros().toPlainString() + " %";
  }

  /**
   * A class of a histogram.
   *
   * @param label its upper end
   * @param count rows in it
   * @param share the same as a percentage
   * @param width of its bar, 0 to 100
   */
  public record Bin(String label, String count, String share, int width) {}

  /** How many messages could not be read for one reason. */
  public String count(DeadLetters letters) {
    return Shown.number(letters.count());
  }

  /** Why messages could not be read. */
  public String reason(DeadLetters letters) {
    return Texts.name(letters.reason());
  }

  /** What was wrong with one of them; empty when nobody knows. */
  public String example(DeadLetters letters) {
    return letters.example() == null ? "" : Texts.sentence(letters.example());
  }
}
