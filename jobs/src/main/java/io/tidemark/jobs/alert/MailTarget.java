package io.tidemark.jobs.alert;

import io.tidemark.catalog.MailSettings;
import io.tidemark.jobs.mail.MailFailure;
import io.tidemark.jobs.mail.MailMessage;
import io.tidemark.jobs.mail.SmtpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A person who gets mail. Where nobody knows whether the server has taken it, it is sent again:
 * told twice is better than not at all, and the message's id is the same.
 */
final class MailTarget implements Target {
  private final MailSettings settings;
  private final String address;

  MailTarget(MailSettings settings, String address) {
    this.settings = settings;
    this.address = address;
  }

  @Override
  public String name() {
    return "mail:" + address;
  }

  @Override
  public void tell(AlertMessage message) throws NotToldException {
    MailMessage mail =
        new MailMessage(
            settings.from(),
            address,
            settings.replyTo(),
            id(message),
            message.subject(),
            message.at());
    try (SmtpServer server = new SmtpServer(settings, password())) {
      server.send(mail.saying(message.text()), address, () -> {});
    } catch (MailFailure e) {
      throw new NotToldException(e.getMessage(), e.passes());
    }
  }

  private String id(AlertMessage message) {
    String from = settings.from();
    UUID id =
        UUID.nameUUIDFromBytes((message.id() + "\n" + address).getBytes(StandardCharsets.UTF_8));
    return "<tidemark.alert.%s@%s>".formatted(id, from.substring(from.indexOf('@') + 1));
  }

  private String password() throws NotToldException {
    try {
      return settings.password() == null ? null : settings.password().resolve(Path.of(""));
    } catch (IllegalArgumentException e) {
      throw new NotToldException("mail.password " + e.getMessage(), false);
    }
  }
}
