package io.tidemark.jobs.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;

/**
 * A mail to one person, but for what it says. Everything is written in base64, so that the size is
 * known and no line is too long.
 *
 * @param from the sender's address
 * @param to the recipient's
 * @param replyTo where answers go; {@code null} for the sender
 * @param id the message's own id in angle brackets, which stays the same however often it is sent
 * @param subject in one line
 * @param date when it was written
 */
public record MailMessage(
    String from, String to, String replyTo, String id, String subject, Instant date) {
  private static final String ENCODING = "Content-Transfer-Encoding";
  private static final String BASE64 = "base64";

  /** Makes the parts of a mail. */
  @FunctionalInterface
  public interface Parts {
    /** All of them, made while the libraries find their own parts. */
    MimeMultipart make() throws MessagingException;
  }

  /** What is put into a message. */
  @FunctionalInterface
  private interface Content {
    void into(MimeMessage message) throws MessagingException;
  }

  /** The bytes, as they are sent, of a mail with parts. */
  public byte[] with(Parts parts) {
    return bytes(message -> message.setContent(parts.make()));
  }

  /** The same of one that is plain text. */
  public byte[] saying(String text) {
    return bytes(message -> put(text, "plain", message));
  }

  /** A part that is text. */
  public static MimeBodyPart text(String text, String subtype) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    put(text, subtype, part);
    return part;
  }

  private static void put(String text, String subtype, MimePart part) throws MessagingException {
    part.setText(text, "UTF-8", subtype);
    encode(part);
  }

  /** Has a part written in base64; to be called when its content is there. */
  public static void encode(MimePart part) throws MessagingException {
    part.setHeader(ENCODING, BASE64);
  }

  private byte[] bytes(Content content) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    // The libraries look for their parts in the thread's loader, which need not be ours.
    thread.setContextClassLoader(MailMessage.class.getClassLoader());
    try {
      MimeMessage message = new Identified(id);
      message.setFrom(new InternetAddress(from));
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
      if (replyTo != null) {
        message.setReplyTo(new InternetAddress[] {new InternetAddress(replyTo)});
      }
      message.setSubject(subject, "UTF-8");
      message.setSentDate(Date.from(date));
      // No answering machine answers a machine.
      message.setHeader("Auto-Submitted", "auto-generated");
      content.into(message);
      message.saveChanges();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      message.writeTo(bytes);
      return bytes.toByteArray();
    } catch (MessagingException | IOException e) {
      throw new IllegalStateException("the mail to " + to + " cannot be written", e);
    } finally {
      thread.setContextClassLoader(loader);
    }
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
