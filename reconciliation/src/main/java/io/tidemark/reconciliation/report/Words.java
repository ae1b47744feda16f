package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Commands;
import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.Offender;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.DimensionFacts;
import io.tidemark.reconciliation.report.JobFacts.KeyFacts;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import io.tidemark.reconciliation.report.SourceFacts.DeadLetters;
import io.tidemark.reconciliation.report.SourceFacts.Histogram;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the report says, in words that both its pages use. Public for the template, whose engine
 * calls these methods by reflection.
 */
public final class Words {
  private static final int MOST_OF_NAME = 120;
  private static final int MOST_OF_VALUE = 80;
  private static final int MOST_OF_KEY = 240;
  private static final int MOST_OF_SENTENCE = 400;
  private static final BigDecimal SMALLEST_SHOWN = new BigDecimal("0.01");
  private static final String NOTHING = "-";
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final DayFacts day;
  private final Evidence evidence;

  Words(DayFacts day) {
    this.day = day;
    this.evidence = new Evidence(day.environment());
  }

  /** The verdict on the whole day. */
  public String verdict() {
    long outside = day.count(Verdict.OUTSIDE);
    long missing = day.count(Verdict.NOT_COMPARED);
    String jobs = Shown.counted(day.jobs().size(), "job");
    List<String> bad = new ArrayList<>();
    if (outside > 0) {
      bad.add("%s of %s outside tolerance".formatted(Shown.number(outside), jobs));
    }
    if (missing > 0) {
      bad.add(
          outside > 0
              ? Shown.number(missing) + " not compared"
              : "%s of %s not compared".formatted(Shown.number(missing), jobs));
    }
    if (day.endsOutside() > 0) {
      bad.add(
          "%s of %s of both ends failed"
              .formatted(
                  Shown.number(day.endsOutside()), Shown.counted(day.ends().size(), "check")));
    }
    if (!bad.isEmpty()) {
      return String.join(", ", bad);
    }
    if (day.jobs().isEmpty()) {
      return "No job to compare";
    }
    return day.count(Verdict.WITHIN) == 0
        ? (day.jobs().size() == 1 ? "1 job equal" : "All " + jobs + " equal") + ", every key"
        : "All within tolerance: %s, %s of them equal"
            .formatted(jobs, Shown.number(day.count(Verdict.EQUAL)));
  }

  /** The sign in front of it. */
  public String sign() {
    return day.count(Verdict.OUTSIDE) + day.endsOutside() > 0
        ? Verdict.OUTSIDE.sign()
        : day.good() ? Verdict.EQUAL.sign() : Verdict.NOT_COMPARED.sign();
  }

  /** The subject of a mail. */
  public String subject() {
    return Plain.line(
        "%s %s %s [%s]".formatted(sign(), day.day(), verdict(), "Tidemark " + day.environment()),
        200);
  }

  /** Which day, where, and when the report was made. */
  public String origin() {
    String weekday =
        day.day().getDayOfWeek().getDisplayName(java.time.format.TextStyle.FULL, Locale.ENGLISH);
    return "%s %s · environment %s · made %s %s"
        .formatted(
            weekday, day.day(), name(day.environment()), time(day.madeAt()), day.zone().getId());
  }

  /** A name from the configuration or the tables. */
  public String name(String name) {
    return Plain.line(name, MOST_OF_NAME);
  }

  /** The owner, or that there is none. */
  public String owner(JobFacts job) {
    return job.owner().isBlank() ? "no owner" : "owner " + name(job.owner());
  }

  /** How many jobs have a verdict, by the verdict's name. */
  public String count(String verdict) {
    return Shown.number(day.count(Verdict.valueOf(verdict)));
  }

  /** Keys of a metric that differ. */
  public String keys(Metric metric) {
    return Shown.counted(metric.differingKeys(), "differing key");
  }

  /** Whether any of the last days was compared. */
  public boolean compared(JobFacts job) {
    return job.history().stream().anyMatch(each -> each.difference() != null);
  }

  /** A number, thousands apart. */
  public String number(long number) {
    return Shown.number(number);
  }

  /** A metric's total in the stream. */
  public String stream(Metric metric) {
    return total(metric.stream());
  }

  /** A metric's total in the batch. */
  public String batch(Metric metric) {
    return total(metric.batch());
  }

  /** How far apart. */
  public String difference(Metric metric) {
    return share(metric.difference());
  }

  /** The difference of the metric that decides; a dash without one. */
  public String difference(JobFacts job) {
    return job.worst().map(this::difference).orElse(NOTHING);
  }

  /** Batch minus stream with its sign; empty when unknown or nothing. */
  public String net(Metric metric) {
    return signed(metric.netDifference());
  }

  private static String total(String text) {
    return text == null ? NOTHING : Plain.line(Shown.value(text, true), MOST_OF_VALUE);
  }

  private static String share(double share) {
    return Double.isNaN(share) ? "NaN" : Shown.percent(share);
  }

  private static String signed(String text) {
    if (text == null) {
      return "";
    }
    String shown = total(text);
    try {
      int sign = new BigDecimal(text).signum();
      return sign == 0 ? "0" : sign > 0 ? "+" + shown : shown.replace('-', '−');
    } catch (NumberFormatException e) {
      return shown;
    }
  }

  /** What one cause contributes, as in {@code late: 3 keys, +12}. */
  public String cause(CauseFacts cause) {
    String part = signed(cause.part());
    return "%s: %s%s"
        .formatted(
            Plain.line(cause.cause(), MOST_OF_VALUE),
            Shown.counted(cause.keys(), "key"),
            part.isEmpty() ? "" : ", " + part);
  }

  /** {@code channel = north}. */
  public String dimension(DimensionFacts value) {
    return name(value.dimension()) + " = " + Plain.line(value.value(), MOST_OF_VALUE);
  }

  /** Stream and batch of a dimension's value. */
  public String sides(DimensionFacts value) {
    return "stream %s, batch %s, %s"
        .formatted(total(value.stream()), total(value.batch()), Shown.counted(value.keys(), "key"));
  }

  /** A key with both its values. */
  public String key(KeyFacts key) {
    return Plain.line(key.key(), MOST_OF_KEY);
  }

  /** Stream and batch of a key. */
  public String sides(KeyFacts key) {
    return "stream %s, batch %s"
        .formatted(
            key.stream() == null ? NOTHING : Plain.line(key.stream(), MOST_OF_VALUE),
            key.batch() == null ? NOTHING : Plain.line(key.batch(), MOST_OF_VALUE));
  }

  /** Why a key differs; empty when nobody knows. */
  public String evidence(KeyFacts key) {
    return key.evidence() == null ? "" : Plain.line(key.evidence(), MOST_OF_SENTENCE);
  }

  /** The line below a job's name. */
  public String about(JobFacts job) {
    List<String> said = new ArrayList<>();
    job.run()
        .ifPresent(
            run -> {
              said.add(Shown.counted(run.comparedKeys(), "key") + " compared");
              if (run.differingKeys() > 0) {
                said.add(Shown.number(run.differingKeys()) + " differ");
              }
              if (run.unexplainedKeys() != null && run.differingKeys() > 0) {
                said.add(
                    run.unexplainedKeys() == 0
                        ? "all explained"
                        : Shown.number(run.unexplainedKeys()) + " unexplained");
              }
              if (run.lateRows() != null && run.lateRows() > 0) {
                said.add(
                    Shown.counted(run.lateRows(), "late row")
                        + (run.inputRows() == null ? "" : " of " + Shown.number(run.inputRows())));
              }
            });
    said.add(owner(job));
    return String.join(" · ", said);
  }

  /** What became of the job's day in its table: {@code published}, {@code undone}, or nothing. */
  public String published(JobFacts job) {
    return day.publications().stream()
        .filter(publication -> job.name().equals(publication.job()))
        .reduce((first, second) -> second)
        .map(last -> "undo".equals(last.action()) ? "undone" : "published")
        .orElse("no");
  }

  /** The SQL that shows a job's differing keys. */
  public String keysSql(JobFacts job) {
    return Evidence.keys(day.day(), job.name());
  }

  /** The same as a command. */
  public String keysCommand(JobFacts job) {
    return evidence.sql(keysSql(job));
  }

  /** The SQL that shows the causes. */
  public String causesCommand(JobFacts job) {
    return evidence.sql(Evidence.causes(day.day(), job.name()));
  }

  /** What to do about a job, in a sentence. */
  public String next(JobFacts job) {
    return switch (job.verdict()) {
      case NOT_COMPARED ->
          job.obstacle()
              .map(
                  obstacle ->
                      Plain.line(
                          evidence.in(obstacle.text().replaceAll("\\s+", " ")), MOST_OF_SENTENCE))
              .orElse("Compare it:");
      case OUTSIDE ->
          "When the reason is removed, compare again; when it is understood, publish all the same:";
      case WITHIN, EQUAL -> "";
    };
  }

  /** The commands that go with it; none when nothing has to be done. */
  public List<String> nextCommands(JobFacts job) {
    return switch (job.verdict()) {
      case NOT_COMPARED ->
          List.of(
              job.obstacle()
                  .map(obstacle -> evidence.command(obstacle.command()))
                  .orElseGet(() -> evidence.command(Commands.reconcile(day.day(), job.name()))));
      case OUTSIDE ->
          List.of(
              evidence.command(Commands.reconcile(day.day(), job.name())),
              evidence.command(Commands.accept(day.day(), job.name())));
      case WITHIN, EQUAL -> List.of();
    };
  }

  /** The first thing to do today; nothing on a good day. */
  public Optional<JobFacts> first() {
    return day.jobs().stream()
        .filter(job -> job.verdict() == Verdict.OUTSIDE || job.verdict() == Verdict.NOT_COMPARED)
        .findFirst();
  }

  /** What to run first. */
  public String firstCommand(JobFacts job) {
    return job.verdict() == Verdict.OUTSIDE ? keysCommand(job) : nextCommands(job).get(0);
  }

  /** When, in the warehouse's zone; a dash for never. */
  public String time(Instant at) {
    return at == null ? NOTHING : MINUTE.format(at.atZone(day.zone()));
  }

  /** A stream's last commit. */
  public String lastCommit(JobFacts job) {
    return time(job.freshness().lastCommit());
  }

  /** How old that is. */
  public String age(JobFacts job) {
    return job.freshness().age() == null ? "never wrote" : span(job.freshness().age());
  }

  /** When the batch was made. */
  public String batchedAt(JobFacts job) {
    return time(job.run().map(JobFacts.Run::batchedAt).orElse(null));
  }

  /** How long the comparison took. */
  public String compareTime(JobFacts job) {
    return seconds(job.run().map(JobFacts.Run::seconds).orElse(null));
  }

  /** From the day's seal to the batch. */
  public String batchTime(JobFacts job) {
    return job.run()
        .filter(run -> run.sealedAt() != null && run.batchedAt() != null)
        .map(run -> span(Duration.between(run.sealedAt(), run.batchedAt())))
        .orElse(NOTHING);
  }

  private static String seconds(Double seconds) {
    return seconds == null || !Double.isFinite(seconds)
        ? NOTHING
        : seconds < 10
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : span(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  /** A span with its two largest units. */
  public static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    long days = seconds / 86_400;
    long hours = seconds / 3_600 % 24;
    long minutes = seconds / 60 % 60;
    if (days > 0) {
      return days + " d" + (hours > 0 ? " " + hours + " h" : "");
    }
    if (hours > 0) {
      return hours + " h" + (minutes > 0 ? " " + minutes + " min" : "");
    }
    if (minutes > 0) {
      return minutes + " min" + (seconds % 60 > 0 ? " " + seconds % 60 + " s" : "");
    }
    return seconds + " s";
  }

  /** The upper end of a class of a histogram, as a person says it. */
  static String limit(int index) {
    return index < Histogram.LIMITS.size()
        ? "up to " + Shown.duration(Histogram.LIMITS.get(index))
        : "longer";
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

  private static Bin bin(String label, long count, long total) {
    int width = (int) Math.round(100.0 * count / total);
    String share = share((double) count / total);
    return new Bin(label, Shown.number(count), roughly(share), count > 0 ? Math.max(1, width) : 0);
  }

  /** Two digits are enough beside a bar. */
  private static String roughly(String percent) {
    try {
      BigDecimal share = new BigDecimal(percent.replace(" %", ""));
      if (share.signum() > 0 && share.compareTo(SMALLEST_SHOWN) < 0) {
        return "< " + SMALLEST_SHOWN + " %";
      }
      return share.round(new java.math.MathContext(2)).stripTrailingZeros().toPlainString() + " %";
    } catch (NumberFormatException e) {
      return percent;
    }
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

  /** The longest span of a histogram. */
  public String longest(Histogram histogram) {
    return span(histogram.longest());
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

  /** Why messages could not be read. */
  public String reason(DeadLetters letters) {
    return Plain.line(letters.reason(), MOST_OF_NAME);
  }

  /** What was wrong with one of them. */
  public String example(DeadLetters letters) {
    return letters.example() == null ? "" : Plain.line(letters.example(), MOST_OF_KEY);
  }

  /** A publication or an undo. */
  public String publication(PublicationFacts publication) {
    List<String> said = new ArrayList<>();
    if (publication.rows() != null) {
      said.add(Shown.counted(publication.rows(), "row"));
    }
    if (publication.files() != null) {
      said.add(Shown.counted(publication.files(), "file"));
    }
    if (publication.seconds() != null) {
      said.add("in " + seconds(publication.seconds()));
    }
    if (publication.reason() != null && !publication.reason().isBlank()) {
      said.add(Plain.line(publication.reason(), MOST_OF_SENTENCE));
    }
    return String.join(", ", said);
  }

  /** What was done: {@code published} or {@code undone}. */
  public String action(PublicationFacts publication) {
    return "undo".equals(publication.action()) ? "undone" : "published";
  }

  /** Both ends of a comparison with their counts. */
  public String ends(EndFacts end) {
    return "%s: %s, %s: %s"
        .formatted(
            name(end.left()), count(end.leftCount()), name(end.right()), count(end.rightCount()));
  }

  private static String count(Long count) {
    return count == null ? NOTHING : Shown.number(count);
  }

  /** What is wrong with it. */
  public String detail(EndFacts end) {
    return end.detail() == null ? "" : Plain.line(end.detail(), MOST_OF_SENTENCE);
  }

  /** How often. */
  public String offender(Offender offender) {
    return "outside on %s of %s compared, last %s"
        .formatted(
            Shown.number(offender.days()),
            Shown.counted(offender.compared(), "day"),
            offender.last());
  }

  /** The mean time to publish, or that there is none. */
  public String meanTimeToPublish() {
    return day.meanTimeToPublish()
        .map(
            mean ->
                "%s from seal to publication, mean of %s in the last %d days"
                    .formatted(
                        span(mean),
                        Shown.counted(day.publishedDays(), "publication"),
                        DayFacts.HISTORY_DAYS))
        .orElse("nothing was published in the last " + DayFacts.HISTORY_DAYS + " days");
  }
}
