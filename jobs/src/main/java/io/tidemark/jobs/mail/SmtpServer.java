package io.tidemark.jobs.mail;

import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.MailSettings.Security;
import io.tidemark.jobs.mail.MailFailure.Kind;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * The mail server. One connection serves many mails; after a failure the next mail gets a new one.
 */
public final class SmtpServer implements AutoCloseable {
  private static final int PERMANENT = 500;
  private static final int GOING_AWAY = 421;

  private final MailSettings settings;
  private final String password;
  private final Session session;
  private Connection connection;

  /**
   * A server that is not yet connected to.
   *
   * @param password {@code null} without a user
   */
  public SmtpServer(MailSettings settings, String password) {
    this.settings = settings;
    this.password = password;
    this.session = Session.getInstance(properties(settings));
  }

  private static Properties properties(MailSettings settings) {
    Properties properties = new Properties();
    String timeout = String.valueOf(settings.timeout().toMillis());
    properties.put("mail.smtp.connectiontimeout", timeout);
    properties.put("mail.smtp.timeout", timeout);
    properties.put("mail.smtp.writetimeout", timeout);
    properties.put("mail.smtp.auth", String.valueOf(settings.user() != null));
    properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    properties.put("mail.smtp.from", settings.from());
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    properties.put("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
    properties.put("mail.smtp.starttls.enable", encryptsLater(settings));
    properties.put("mail.smtp.starttls.required", encryptsLater(settings));
    if (settings.trustedCertificates() != null) {
      properties.put(
          "mail.smtp.ssl.socketFactory",
          TrustedCertificates.socketFactory(settings.trustedCertificates()));
    }
    return properties;
  }

  private static String encryptsLater(MailSettings settings) {
    return String.valueOf(settings.security() == Security.STARTTLS);
  }

  /**
   * Sends one mail to one person.
   *
   * @param message as {@link MailMessage} makes it
   * @param to the person's address
   * @param beforeTheEnd runs right before the server is told that the message is complete; if it
   *     has not run, the server cannot have taken the mail
   * @throws MailFailure when the server has not taken it, or may not have
   */
  public void send(byte[] message, String to, Runnable beforeTheEnd) throws MailFailure {
    Connection open = connected();
    open.beforeTheEnd = beforeTheEnd;
    open.ended = false;
    try {
      open.sendMessage(
          new MimeMessage(session, new ByteArrayInputStream(message)),
          new Address[] {new InternetAddress(to)});
    } catch (MessagingException e) {
      close();
      throw refused(e, to, open.ended);
    }
  }

  private Connection connected() throws MailFailure {
    if (connection == null) {
      Connection fresh = new Connection(session, settings.security() == Security.SMTPS);
      try {
        fresh.connect(settings.host(), settings.port(), settings.user(), password);
      } catch (MessagingException e) {
        throw unconnected(e);
      }
      connection = fresh;
    }
    return connection;
  }

  private MailFailure unconnected(MessagingException e) {
    String server = server();
    if (e instanceof AuthenticationFailedException) {
      return new MailFailure(
          Kind.NO_MAIL,
          "%s refuses user %s: %s; correct mail.user, or the secret that mail.password names"
              .formatted(server, settings.user(), said(e)),
          e);
    }
    if (causedBy(e, SSLException.class)) {
      return new MailFailure(
          Kind.NO_MAIL,
          ("no encrypted connection to %s: %s; if its certificate is not known to Java, write its"
                  + " issuer's as PEM to a file that mail.trusted-certificates names; the"
                  + " certificate has to name mail.host; smtps and starttls use different ports")
              .formatted(server, root(e)),
          e);
    }
    if (String.valueOf(e.getMessage()).contains("STARTTLS is required")) {
      return new MailFailure(
          Kind.NO_MAIL,
          server
              + " does not offer STARTTLS, and nothing is sent in the clear; write 'security: smtps'"
              + " with its port, or 'security: none' without a user",
          e);
    }
    return new MailFailure(
        Kind.LATER,
        "%s does not answer: %s; check that it is up, and mail.host and mail.port"
            .formatted(server, root(e)),
        e);
  }

  private MailFailure refused(MessagingException e, String to, boolean ended) {
    int code = code(e);
    if (code >= PERMANENT) {
      boolean sender = chain(e).anyMatch(SMTPSenderFailedException.class::isInstance);
      boolean recipient = chain(e).anyMatch(SMTPAddressFailedException.class::isInstance);
      String remedy =
          sender
              ? "correct mail.from"
              : recipient ? "correct the address" : "ask who runs the server";
      return new MailFailure(
          sender ? Kind.NO_MAIL : Kind.THIS_MAIL,
          "%s refuses the mail to %s: %s; %s".formatted(server(), to, said(e), remedy),
          e);
    }
    if (code > 0) {
      // A full or busy mailbox must not hold up the mail to everybody else, today or for ever.
      return new MailFailure(
          code == GOING_AWAY ? Kind.LATER : Kind.THIS_MAIL_LATER,
          "%s does not take the mail to %s now: %s".formatted(server(), to, said(e)),
          e);
    }
    if (ended) {
      return new MailFailure(
          Kind.UNKNOWN,
          "%s got the whole mail to %s and did not answer (%s)".formatted(server(), to, root(e)),
          e);
    }
    return new MailFailure(
        Kind.LATER,
        "the connection to %s broke: %s; check that it is up".formatted(server(), root(e)),
        e);
  }

  /** The server's answer, 0 without one. */
  private static int code(MessagingException e) {
    return chain(e)
        .mapToInt(
            each ->
                each instanceof SMTPAddressFailedException address
                    ? address.getReturnCode()
                    : each instanceof SMTPSenderFailedException sender
                        ? sender.getReturnCode()
                        : each instanceof SMTPSendFailedException send ? send.getReturnCode() : 0)
        .max()
        .orElse(0);
  }

  private String server() {
    return "the mail server " + settings.host() + ":" + settings.port();
  }

  private static String said(MessagingException e) {
    return chain(e)
        .reduce((first, second) -> second)
        .map(Throwable::getMessage)
        .map(SmtpServer::oneLine)
        .filter(text -> !text.isEmpty())
        .orElse("without a reason");
  }

  private static String root(MessagingException e) {
    Throwable root = chain(e).reduce((first, second) -> second).orElse(e);
    return oneLine(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage());
  }

  private static String oneLine(String text) {
    return text == null ? "" : text.strip().replaceAll("\\s+", " ");
  }

  private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
    return chain(e).anyMatch(type::isInstance);
  }

  /** A failure and what it was made of; mail exceptions carry theirs apart from their cause. */
  private static Stream<Throwable> chain(Throwable e) {
    return Stream.iterate(e, java.util.Objects::nonNull, SmtpServer::next).limit(20);
  }

  private static Throwable next(Throwable e) {
    return e instanceof MessagingException mail && mail.getNextException() != null
        ? mail.getNextException()
        : e.getCause();
  }

  @Override
  public void close() {
    if (connection != null) {
      try {
        connection.close();
      } catch (MessagingException e) {
        // It is of no use any more, whatever it says.
      }
      connection = null;
    }
  }

  /** A connection that says when the server may have taken a message. */
  private static final class Connection extends SMTPTransport {
    private Runnable beforeTheEnd = () -> {};
    private boolean ended;

    Connection(Session session, boolean encrypted) {
      super(session, null, "smtp", encrypted);
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
      end();
      super.finishData();
    }

    @Override
    protected void finishBdat() throws IOException, MessagingException {
      end();
      super.finishBdat();
    }

    private void end() {
      beforeTheEnd.run();
      ended = true;
    }
  }
}
