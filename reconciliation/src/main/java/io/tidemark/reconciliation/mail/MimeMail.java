package io.tidemark.reconciliation.mail;

import io.tidemark.jobs.mail.MailMessage;
import io.tidemark.reconciliation.report.Report;
import io.tidemark.reconciliation.report.Report.Picture;
import jakarta.activation.DataHandler;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.time.Instant;

/**
 * A report as a mail: an attachment beside two alternatives, plain text and a page with its
 * pictures.
 */
final class MimeMail {
  private MimeMail() {}

  /**
   * The mail's bytes, as they are sent.
   *
   * @param replyTo {@code null} for the sender
   */
  static byte[] of(Report report, Envelope envelope, String replyTo, Instant date) {
    return new MailMessage(
            envelope.from(), envelope.to(), replyTo, envelope.messageId(), report.subject(), date)
        .with(() -> content(report, envelope.day()));
  }

  private static MimeMultipart content(Report report, String day) throws MessagingException {
    MimeMultipart alternative = new MimeMultipart("alternative");
    alternative.addBodyPart(MailMessage.text(report.text(), "plain"));
    alternative.addBodyPart(nested(page(report)));
    MimeMultipart mixed = new MimeMultipart("mixed");
    mixed.addBodyPart(nested(alternative));
    if (report.csv().length > 0) {
      MimeBodyPart csv = file(report.csv(), "text/csv; charset=utf-8; header=present");
      csv.setDisposition(Part.ATTACHMENT);
      csv.setFileName("tidemark-" + day + ".csv");
      mixed.addBodyPart(csv);
    }
    return mixed;
  }

  private static MimeMultipart page(Report report) throws MessagingException {
    MimeMultipart related = new MimeMultipart("related");
    related.addBodyPart(MailMessage.text(report.html(), "html"));
    for (Picture picture : report.pictures()) {
      MimeBodyPart part = file(picture.png(), "image/png");
      part.setContentID("<" + Report.Pictures.contentId(picture) + ">");
      part.setDisposition(Part.INLINE);
      part.setFileName(picture.name());
      related.addBodyPart(part);
    }
    return related;
  }

  private static MimeBodyPart nested(MimeMultipart multipart) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setContent(multipart);
    return part;
  }

  private static MimeBodyPart file(byte[] bytes, String type) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(new DataHandler(new ByteArrayDataSource(bytes, type)));
    part.setHeader("Content-Type", type);
    MailMessage.encode(part);
    return part;
  }
}
