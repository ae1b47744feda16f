package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the report says of the whole day. */
public final class VerdictWords {
  private static final int MOST_OF_SUBJECT = 200;

  private final DayFacts day;
  private final Times times;

  VerdictWords(DayFacts day, Times times) {
    this.day = day;
    this.times = times;
  }

  /**
   * The verdict in one line, on the jobs that have written anything here, and that maintenance of
   * tables failed, if it did.
   */
  public String text() {
    return day.failedMaintenance() == 0
        ? ofJobs()
        : "%s; maintenance of %s failed"
            .formatted(ofJobs(), Shown.counted(day.failedMaintenance(), "table"));
  }

  private String ofJobs() {
    List<String> bad = bad();
    if (!bad.isEmpty()) {
      return String.join(", ", bad);
    }
    if (day.running() == 0) {
      return day.jobs().isEmpty() ? "No job to compare" : "No job has run here";
    }
    String jobs = Shown.counted(day.running(), "job");
    return day.count(Verdict.WITHIN) == 0
        ? (day.running() == 1 ? "1 job equal" : "All " + jobs + " equal") + ", every key"
        : "All within tolerance: %s, %s of them equal".formatted(jobs, count("EQUAL"));
  }

  private List<String> bad() {
    long outside = day.count(Verdict.OUTSIDE);
    long missing = day.count(Verdict.NOT_COMPARED);
    String jobs = Shown.counted(day.running(), "job");
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
    return bad;
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
        "%s %s %s [Tidemark %s]".formatted(sign(), day.day(), text(), day.environment()),
        MOST_OF_SUBJECT);
  }

  /** Which day, where, and when the report was made. */
  public String origin() {
    return "%s %s · environment %s · made %s %s"
        .formatted(
            day.day().getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH),
            day.day(),
            Texts.name(day.environment()),
            times.minute(day.madeAt()),
            day.zone().getId());
  }

  /** How many jobs have a verdict, by the verdict's name. */
  public String count(String verdict) {
    return Shown.number(day.count(Verdict.valueOf(verdict)));
  }
}
