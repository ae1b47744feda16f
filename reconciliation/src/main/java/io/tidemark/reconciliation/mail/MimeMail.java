package io.tidemark.reconciliation.mail;

import io.tidemark.reconciliation.report.Report;
import io.tidemark.reconciliation.report.Report.Picture;
import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;

/**
 * A report as a mail: an attachment beside two alternatives, plain text and a page with its
 * pictures. Everything is written in base64, so that the size is known and no line is too long.
 */
final class MimeMail {
  private static final String ENCODING = "Content-Transfer-Encoding";
  private static final String BASE64 = "base64";

  private MimeMail() {}

  /**
   * The mail's bytes, as they are sent.
   *
   * @param replyTo {@code null} for the sender
   */
  static byte[] of(Report report, Envelope envelope, String replyTo, Instant date) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    // The libraries look for their parts in the thread's loader, which need not be ours.
    thread.setContextClassLoader(MimeMail.class.getClassLoader());
    try {
      MimeMessage message = new Identified(envelope.messageId());
      message.setFrom(new InternetAddress(envelope.from()));
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(envelope.to()));
      if (replyTo != null) {
        message.setReplyTo(new InternetAddress[] {new InternetAddress(replyTo)});
      }
      message.setSubject(report.subject(), "UTF-8");
      message.setSentDate(Date.from(date));
      // No answering machine answers a machine.
      message.setHeader("Auto-Submitted", "auto-generated");
      message.setContent(content(report, envelope.day()));
      message.saveChanges();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      message.writeTo(bytes);
      return bytes.toByteArray();
    } catch (MessagingException | IOException e) {
      throw new IllegalStateException("the mail to " + envelope.to() + " cannot be written", e);
    } finally {
      thread.setContextClassLoader(loader);
    }
  }

  private static MimeMultipart content(Report report, String day) throws MessagingException {
    MimeMultipart alternative = new MimeMultipart("alternative");
    alternative.addBodyPart(text(report.text(), "plain"));
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
    related.addBodyPart(text(report.html(), "html"));
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

  private static MimeBodyPart text(String text, String subtype) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setText(text, "UTF-8", subtype);
    part.setHeader(ENCODING, BASE64);
    return part;
  }

  private static MimeBodyPart file(byte[] bytes, String type) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(new DataHandler(new ByteArrayDataSource(bytes, type)));
    part.setHeader("Content-Type", type);
    part.setHeader(ENCODING, BASE64);
    return part;
  }

  /** A message that keeps the id it was given. */
  private static final class Identified extends MimeMessage {
    private final String id;

    Identified(String id) {
      super(Session.getInstance(new Properties()));
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
