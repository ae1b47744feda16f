package io.tidemark.catalog;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.catalog.config.Secrets;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@link AlertSettings}; their keys are declared here. */
final class AlertSettingsReader {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]+");

  /** What the client writes itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "content-type", "expect", "host", "upgrade");

  private static final Key<List<String>> MAIL =
      Key.list(
          "mail",
          MailReader.MAIL_ADDRESS,
          "Addresses; each gets a mail of its own by the environment's `mail` server.");
  private static final Key<String> WEBHOOK =
      Key.optional(
          "webhook",
          Values.TEXT,
          "Address that gets [JSON](alerts.md#what-a-program-gets) by POST; `${env:NAME}` or"
              + " `${file:PATH}` where the address itself is a secret.");
  private static final Key<Map<String, String>> HEADERS =
      Key.map(
          "headers",
          Values.TEXT,
          "Of a webhook: headers sent along. What says who is calling is written as `${env:NAME}` or"
              + " `${file:PATH}`.");
  private static final Key<List<String>> COMMAND =
      Key.list(
          "command",
          Values.ANY_TEXT,
          "A program and its arguments, which gets the same JSON on standard input; no shell. A path"
              + " starts from the project's root, a bare name is looked up in `PATH`.");
  private static final Key<Duration> TIMEOUT =
      Key.withDefault(
          "timeout",
          Values.POSITIVE_DURATION,
          "10 seconds",
          "How long a webhook may take to connect, and to answer, or a command to end; 2 minutes at"
              + " most.");

  private static final Keys RECEIVER = Keys.of(MAIL, WEBHOOK, HEADERS, COMMAND, TIMEOUT);

  private static final Key<Map<String, Section>> RECEIVERS =
      Key.map(
          "receivers",
          Structures.section(RECEIVER),
          "Who or what is told, under the names that alerts use; each is exactly one of `mail`,"
              + " `webhook` and `command`.");

  private static final Key<Duration> EVERY =
      Key.withDefault(
          "every",
          Values.POSITIVE_DURATION,
          "1 minute",
          "How often a driver of streams looks at the alerts of its jobs.");

  static final Keys KEYS = Keys.of(RECEIVERS, EVERY);

  private AlertSettingsReader() {}

  /**
   * The settings; those with problems are left out.
   *
   * @param mail whether the environment has a mail server
   */
  static AlertSettings read(Section section, Path root, boolean mail) {
    Map<String, Section> written = section == null ? null : section.get(RECEIVERS);
    if (written == null || written.isEmpty()) {
      return AlertSettings.NONE;
    }
    Map<String, ReceiverSettings> receivers = new LinkedHashMap<>();
    written.forEach(
        (name, each) -> {
          if (!NAME.matcher(name).matches()) {
            each.refuse("is not a name; use lower-case letters, digits, dashes and underscores");
          }
          ReceiverSettings receiver = receiver(each, mail);
          if (receiver != null) {
            receivers.put(name, receiver);
          }
        });
    return new AlertSettings(receivers, section.get(EVERY), root);
  }

  private static ReceiverSettings receiver(Section section, boolean mail) {
    List<Key<?>> kinds = Stream.<Key<?>>of(MAIL, WEBHOOK, COMMAND).filter(section::has).toList();
    if (section.sound() && kinds.size() != 1) {
      section.refuse(
          "is %d kinds of receiver; write exactly one of mail, webhook and command"
              .formatted(kinds.size()));
    }
    if (!section.sound()) {
      return null;
    }
    Key<?> kind = kinds.get(0);
    if (kind != WEBHOOK && section.has(HEADERS)) {
      section.refuse(HEADERS, "", "", "is for a webhook; remove it");
    }
    if (section.get(TIMEOUT).compareTo(AlertSettings.MOST_TIMEOUT) > 0) {
      section.refuse(
          TIMEOUT,
          "is more than %d minutes, in which nobody else is told; have the receiver answer first and"
                  .formatted(AlertSettings.MOST_TIMEOUT.toMinutes())
              + " work then");
    }
    if (kind == MAIL) {
      checkMail(section, mail);
      return section.build(() -> new ReceiverSettings.Mail(section.get(MAIL)));
    }
    if (kind == COMMAND) {
      return section.build(
          () -> new ReceiverSettings.Command(section.get(COMMAND), section.get(TIMEOUT)));
    }
    checkUrl(section, section.get(WEBHOOK));
    section.get(HEADERS).forEach((name, value) -> checkHeader(section, name, value));
    return section.build(
        () ->
            new ReceiverSettings.Webhook(
                section.get(WEBHOOK), section.get(HEADERS), section.get(TIMEOUT)));
  }

  private static void checkMail(Section section, boolean mail) {
    if (!mail) {
      section.refuse(MAIL, "goes with a mail server; write 'mail: { host: ... }' in this file");
    }
    if (section.has(TIMEOUT)) {
      section.refuse(TIMEOUT, "is for a webhook or a command; mail has mail.timeout");
    }
  }

  /** Without the value, which may be a secret. */
  private static void checkUrl(Section section, String url) {
    if (SecretReference.find(url).isEmpty() && !isAddress(url)) {
      section.refuse(
          WEBHOOK,
          "",
          "",
          "is no address; write http://HOST/PATH or https://HOST/PATH, without a user, or ${env:NAME}");
    }
  }

  private static boolean isAddress(String url) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void checkHeader(Section section, String name, String value) {
    if (!HEADER.matcher(name).matches()) {
      section.refuse(HEADERS, name, "", "is no header; use letters, digits and dashes");
    } else if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      section.refuse(HEADERS, name, "", "is a header that Tidemark sets itself; remove it");
    } else if (isSecret(name) && SecretReference.find(value).isEmpty()) {
      section.refuse(
          HEADERS,
          name,
          "",
          "is a secret, which does not stand in a file; write ${env:NAME} or ${file:PATH}");
    }
  }

  private static boolean isSecret(String header) {
    String lower = header.toLowerCase(Locale.ROOT);
    return Stream.of("auth", "key", "cookie").anyMatch(lower::contains)
        || !Secrets.redact(header, "").isEmpty();
  }
}
