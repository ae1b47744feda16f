package io.tidemark.reconciliation.ends.plan;

import io.tidemark.reconciliation.ends.plan.EndCheck.Kind;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything that was found of a topic, and what it comes to.
 *
 * @param name the job, of a split its own one
 * @param topic the topic
 * @param tables the ODS tables, and as of what
 * @param changeLog whether a message may have several rows
 * @param places what the tables hold
 * @param verdict what the offsets without a row are
 * @param copiesAt where rows are doubled
 * @param withoutPlace rows that name no place in the topic
 * @param goneUnread offsets that were to be read next and that Kafka has deleted
 * @param beyondEnd offsets that were read and that the topic does not have any more
 * @param unread offsets still to be read; {@code null} when that is not the question
 */
public record TopicFindings(
    String name,
    String topic,
    String tables,
    boolean changeLog,
    PlaceTally places,
    HoleAccount.Verdict verdict,
    NamedRanges copiesAt,
    long withoutPlace,
    NamedRanges goneUnread,
    NamedRanges beyondEnd,
    Long unread) {

  /** The result. */
  public EndCheck check() {
    long right = places.withRows() + places.letters() + verdict.ignored();
    long left = right + verdict.lost();
    long differing =
        verdict.lost()
            + places.copies()
            + places.inTwoTables().offsets()
            + places.partly().offsets()
            + places.notRead().offsets()
            + withoutPlace
            + goneUnread.offsets()
            + beyondEnd.offsets();
    return new EndCheck(
        name,
        Kind.KAFKA,
        topic,
        tables,
        left,
        right,
        differing,
        differing == 0 ? State.WITHIN : State.DIFFERENT,
        detail(left));
  }

  private String detail(long messages) {
    StringBuilder text = new StringBuilder();
    text.append(number(messages)).append(" messages = ").append(number(places.withRows()));
    text.append(changeLog ? " with rows" : " rows");
    text.append(" + ").append(number(places.letters())).append(" dead letters");
    if (verdict.ignored() > 0) {
      text.append(" + ").append(number(verdict.ignored())).append(" ignored");
    }
    if (verdict.lost() > 0) {
      text.append(" + ").append(number(verdict.lost())).append(" lost");
    }
    problems().forEach(problem -> text.append("; ").append(problem));
    remarks().forEach(remark -> text.append("; ").append(remark));
    return text.toString();
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (verdict.exactly().offsets() > 0) {
      problems.add("lost: " + verdict.exactly().of(topic));
    }
    long unnamed = verdict.lost() - verdict.exactly().offsets();
    if (unnamed > 0) {
      problems.add(
          "lost: %s among %s, which Kafka has no more"
              .formatted(number(unnamed), verdict.among().of(topic)));
    }
    if (places.copies() > 0) {
      problems.add(
          "doubled: %s rows beyond one for each place: %s"
              .formatted(number(places.copies()), copiesAt.of(topic)));
    }
    add(problems, places.inTwoTables(), "doubled, rows of two tables");
    add(problems, places.partly(), "lost in part, the first row of a message");
    add(problems, places.notRead(), "rows of messages that are not read yet");
    if (withoutPlace > 0) {
      problems.add(number(withoutPlace) + " rows name no place in the topic");
    }
    add(problems, goneUnread, "deleted by Kafka before they were read");
    add(problems, beyondEnd, "read, and gone from the end of the topic");
    return problems;
  }

  private void add(List<String> problems, NamedRanges ranges, String what) {
    if (ranges.offsets() > 0) {
      problems.add("%s: %s (%s)".formatted(what, ranges.of(topic), number(ranges.offsets())));
    }
  }

  private List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (places.repaired() > 0) {
      remarks.add(number(places.repaired()) + " of the rows are repaired dead letters");
    }
    if (verdict.noMessage() > 0) {
      remarks.add(number(verdict.noMessage()) + " offsets are no messages");
    }
    if (verdict.passedOver() > 0) {
      remarks.add(number(verdict.passedOver()) + " offsets were passed over by recorded moves");
    }
    if (verdict.untold() > 0) {
      remarks.add(
          number(verdict.untold())
              + " offsets without a row cannot be told: Kafka was not asked or has them no more,"
              + " and no commit that is left counted them");
    }
    if (unread != null && unread > 0) {
      remarks.add(number(unread) + " offsets not read yet");
    }
    return remarks;
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
