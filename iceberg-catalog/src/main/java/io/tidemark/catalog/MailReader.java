package io.tidemark.catalog;

import io.tidemark.catalog.MailSettings.Security;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@link MailSettings}; their keys are declared here. */
final class MailReader {
  /** What servers take without question: no display name, no quoted local part, one address. */
  private static final Pattern ADDRESS =
      Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}");

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]+");
  private static final long LAST_PORT = 65_535;
  private static final long MOST_ATTEMPTS = 10;

  /** Of each answer, while everybody else waits for theirs. */
  private static final Duration MOST_TIMEOUT = Duration.ofMinutes(2);

  static final ValueType<String> MAIL_ADDRESS =
      Values.of(
          "mail address",
          text -> {
            if (ADDRESS.matcher(text).matches() && !text.contains("..")) {
              return text;
            }
            throw new IllegalArgumentException("is no mail address; write name@example.com");
          });
  private static final ValueType<String> HOST_NAME =
      Values.of(
          "host name",
          text -> {
            if (HOST.matcher(text).matches()) {
              return text;
            }
            throw new IllegalArgumentException(
                "is no host name; write it without a scheme and a port, such as smtp.example.com");
          });

  private static final Key<String> HOST_KEY =
      Key.optional(
          "host",
          HOST_NAME,
          "The mail server's name, as its certificate has it. Without it reports are written to"
              + " disk only.");
  private static final Key<Long> PORT =
      Key.optional(
          "port",
          Values.POSITIVE_LONG,
          "Its port; 587 when left out, 465 for `smtps`, 25 for `none`.");
  private static final Key<Security> SECURITY =
      Key.withDefault(
          "security",
          Values.oneOf(Security.class),
          "starttls",
          "`starttls`: encrypted before anything is said, or not at all. `smtps`: encrypted from the"
              + " first byte. `none`: in the clear, without a user.");
  private static final Key<String> USER =
      Key.optional("user", Values.TEXT, "Who logs in, if the server asks for it.");
  private static final Key<SecretReference> PASSWORD =
      Key.optional(
          "password",
          Values.SECRET,
          "The user's, from an environment variable or a file, from the project's root. Looked up"
              + " when mail is sent.");
  private static final Key<Path> CERTIFICATES =
      Key.optional(
          "trusted-certificates",
          Values.PATH,
          "PEM file of the certificates to trust, in place of those that Java trusts; from the"
              + " project's root.");
  private static final Key<Duration> TIMEOUT =
      Key.withDefault(
          "timeout",
          Values.POSITIVE_DURATION,
          "20 seconds",
          "How long the server may take to connect, and for each of its answers; 2 minutes at most.");
  private static final Key<Long> ATTEMPTS =
      Key.withDefault(
          "attempts",
          Values.POSITIVE_LONG,
          "3",
          "How often a server that does not answer is asked, 10 at most. After that the mail is"
              + " kept, and the next report sends it.");
  private static final Key<Duration> PAUSE =
      Key.withDefault(
          "pause",
          Values.POSITIVE_DURATION,
          "2 seconds",
          "Wait before the second attempt; four times as long before each further one.");
  private static final Key<String> FROM =
      Key.optional("from", MAIL_ADDRESS, "The sender; required with a host.");
  private static final Key<String> REPLY_TO =
      Key.optional("reply-to", MAIL_ADDRESS, "Where answers go; the sender when left out.");
  private static final Key<Map<String, List<String>>> RECIPIENTS =
      Key.map(
          "recipients",
          Structures.listOf(MAIL_ADDRESS),
          "Addresses by `owner` of jobs; `default` answers for every job. Each person gets one mail,"
              + " their own jobs first, when a job of theirs asks for it (`reconcile.notify`).");

  static final Keys KEYS =
      Keys.of(
          HOST_KEY,
          PORT,
          SECURITY,
          USER,
          PASSWORD,
          CERTIFICATES,
          TIMEOUT,
          ATTEMPTS,
          PAUSE,
          FROM,
          REPLY_TO,
          RECIPIENTS);

  private MailReader() {}

  /** The settings; {@code null} without a server, or after a problem. */
  static MailSettings read(Section section, Path root) {
    if (section == null || !section.sound()) {
      return null;
    }
    if (!section.has(HOST_KEY)) {
      KEYS.list().stream()
          .filter(section::has)
          .forEach(
              key ->
                  section.refuse(
                      key, "", "", "goes with a server; write its 'host:' too, or remove this"));
      return null;
    }
    if (!section.has(FROM)) {
      section.refuse(FROM, "", "", "is missing; write 'from: tidemark@example.com'");
    }
    Security security = section.get(SECURITY);
    Path certificates = certificates(section, root);
    int port = port(section, security);
    if (section.get(ATTEMPTS) > MOST_ATTEMPTS) {
      section.refuse(ATTEMPTS, "is more than 10; the next report sends what is kept");
    }
    if (section.get(TIMEOUT).compareTo(MOST_TIMEOUT) > 0) {
      section.refuse(
          TIMEOUT,
          "is more than %d minutes, in which nobody else gets mail; write less: what a server does not"
                  .formatted(MOST_TIMEOUT.toMinutes())
              + " take is sent again");
    }
    return section.build(
        () ->
            new MailSettings(
                section.get(HOST_KEY),
                port,
                security,
                section.get(USER),
                absolute(section.get(PASSWORD), root),
                certificates,
                section.get(TIMEOUT),
                section.get(ATTEMPTS).intValue(),
                section.get(PAUSE),
                section.get(FROM),
                section.get(REPLY_TO),
                section.get(RECIPIENTS)));
  }

  private static int port(Section section, Security security) {
    Long port = section.get(PORT);
    if (port == null) {
      return switch (security) {
        case NONE -> 25;
        case STARTTLS -> 587;
        case SMTPS -> 465;
      };
    }
    if (port > LAST_PORT) {
      section.refuse(PORT, "is no port; ports end at 65535");
      return 0;
    }
    return port.intValue();
  }

  private static Path certificates(Section section, Path root) {
    Path written = section.get(CERTIFICATES);
    if (written == null) {
      return null;
    }
    Path file = root.resolve(written).normalize();
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      section.refuse(CERTIFICATES, "is no file that can be read; correct the path");
    }
    return file;
  }

  /** A secret's file by a path that does not start from the root any more. */
  private static SecretReference absolute(SecretReference secret, Path root) {
    return secret == null || !secret.kind().equals("file")
        ? secret
        : new SecretReference("file", root.resolve(secret.name()).toString());
  }
}
