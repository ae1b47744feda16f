package io.tidemark.reconciliation.mail;

import io.tidemark.catalog.MailSettings;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.Detail;
import io.tidemark.reconciliation.report.Report;
import io.tidemark.reconciliation.report.Report.Pictures;
import io.tidemark.reconciliation.report.ReportRenderer;
import java.util.List;

/** Puts a day's report into the outbox, a mail for each person who is to get one. */
public final class ReportMail {
  /** What servers and people take, after encoding. */
  public static final int MOST_BYTES = 5 * 1000 * 1000;

  private final MailSettings settings;
  private final ReportRenderer renderer;
  private final int mostBytes;

  /** Mail of at most {@link #MOST_BYTES}. */
  public ReportMail(MailSettings settings, ReportRenderer renderer) {
    this(settings, renderer, MOST_BYTES);
  }

  ReportMail(MailSettings settings, ReportRenderer renderer, int mostBytes) {
    this.settings = settings;
    this.renderer = renderer;
    this.mostBytes = mostBytes;
  }

  /**
   * Writes the mails.
   *
   * @param again whether a person gets the same report once more
   * @return people who get none, because they have this very report already
   */
  public List<String> keep(DayFacts day, Delivery delivery, boolean again) {
    String content = ReportContent.of(day);
    return Person.of(settings.recipients()).stream()
        .filter(person -> person.wants(day))
        .filter(person -> !keep(day, person, content, delivery, again))
        .map(Person::address)
        .toList();
  }

  private boolean keep(
      DayFacts day, Person person, String content, Delivery delivery, boolean again) {
    int before = delivery.log().count(day.day().toString(), person.address(), content);
    if (before > 0 && !again) {
      return false;
    }
    Envelope envelope =
        Envelope.of(
            day.day(), day.environment(), person.address(), settings.from(), content, before);
    if (!delivery.outbox().holds(envelope)) {
      delivery.keep(envelope, message(person.ordered(day), envelope));
    }
    return true;
  }

  /** The most detailed mail that fits. */
  byte[] message(DayFacts day, Envelope envelope) {
    byte[] message = new byte[0];
    for (Detail detail : Detail.values()) {
      Report report = renderer.render(day, detail, Pictures.IN_MAIL);
      message = MimeMail.of(report, envelope, settings.replyTo(), day.madeAt());
      if (message.length <= mostBytes) {
        return message;
      }
    }
    return message;
  }
}
