package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.DayFacts.EndFacts;
import io.tidemark.reconciliation.report.DayFacts.Offender;
import io.tidemark.reconciliation.report.DayFacts.PublicationFacts;
import java.util.ArrayList;
import java.util.List;

/** What the report says of publications, of both ends, and of the last days. */
public final class LedgerWords {
  private final DayFacts day;
  private final Times times;

  LedgerWords(DayFacts day, Times times) {
    this.day = day;
    this.times = times;
  }

  /** What was done: {@code published} or {@code undone}. */
  public String action(PublicationFacts publication) {
    return actionOf(publication);
  }

  static String actionOf(PublicationFacts publication) {
    return "undo".equals(publication.action()) ? "undone" : "published";
  }

  /** When it was done; a dash when nobody knows. */
  public String at(PublicationFacts publication) {
    return times.minute(publication.at());
  }

  /** How much that was, and why. */
  public String publication(PublicationFacts publication) {
    List<String> said = new ArrayList<>();
    if (publication.rows() != null) {
      said.add(Shown.counted(publication.rows(), "row"));
    }
    if (publication.files() != null) {
      said.add(Shown.counted(publication.files(), "file"));
    }
    if (publication.seconds() != null) {
      said.add("in " + Times.seconds(publication.seconds()));
    }
    if (publication.reason() != null && !publication.reason().isBlank()) {
      said.add(Texts.sentence(publication.reason()));
    }
    return String.join(", ", said);
  }

  /** Both ends of a comparison with their counts. */
  public String ends(EndFacts end) {
    return "%s: %s, %s: %s"
        .formatted(
            Texts.name(end.left()),
            count(end.leftCount()),
            Texts.name(end.right()),
            count(end.rightCount()));
  }

  private static String count(Long count) {
    return count == null ? Texts.NOTHING : Shown.number(count);
  }

  /** What is wrong with it. */
  public String detail(EndFacts end) {
    return end.detail() == null ? "" : Texts.sentence(end.detail());
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
                        Times.span(mean),
                        Shown.counted(day.publishedDays(), "publication"),
                        DayFacts.HISTORY_DAYS))
        .orElse("nothing was published in the last " + DayFacts.HISTORY_DAYS + " days");
  }
}
