package io.tidemark.catalog;

import io.tidemark.catalog.config.SecretReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mail server and who gets mail. The password is known by its place alone, and looked up by
 * what sends: a stream needs none.
 *
 * @param host the server's name, which its certificate has to name too
 * @param port its port
 * @param security how the connection is protected
 * @param user who logs in; {@code null} for a server that asks for nobody
 * @param password where the user's password stands; {@code null} without a user
 * @param trustedCertificates PEM file of the certificates that are trusted in place of those of
 *     Java; {@code null} without one
 * @param timeout how long the server may take to connect, and for each answer
 * @param attempts how often a server that does not answer is asked
 * @param pause wait before the second attempt; four times as long before each further one
 * @param from the sender's address
 * @param replyTo where answers go; {@code null} for the sender
 * @param recipients owner of jobs to addresses; {@link #DEFAULT} answers for every job
 */
public record MailSettings(
    String host,
    int port,
    Security security,
    String user,
    SecretReference password,
    Path trustedCertificates,
    Duration timeout,
    int attempts,
    Duration pause,
    String from,
    String replyTo,
    Map<String, List<String>> recipients) {
  /** The key of {@code recipients} for people who answer for every job. */
  public static final String DEFAULT = "default";

  /** How the connection to the server is protected. */
  public enum Security {
    /** Not at all: everything can be read on the way. */
    NONE,
    /** It begins in the clear and nothing is sent before it is encrypted. */
    STARTTLS,
    /** Encrypted from its first byte. */
    SMTPS
  }

  public MailSettings {
    Map<String, List<String>> copied = new LinkedHashMap<>();
    recipients.forEach((owner, people) -> copied.put(owner, List.copyOf(people)));
    recipients = java.util.Collections.unmodifiableMap(copied);
    if (recipients.values().stream().allMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "has no recipients, so nobody would get mail; write 'recipients: { default: [address] }'");
    }
    if (user != null && password == null) {
      throw new IllegalArgumentException(
          "has a user without a password; write 'password: ${env:NAME}'");
    }
    if (user == null && password != null) {
      throw new IllegalArgumentException(
          "has a password that is nobody's; write the 'user:' it belongs to");
    }
    if (user != null && security == Security.NONE) {
      throw new IllegalArgumentException(
          "would send a password in the clear; write 'security: starttls' or 'security: smtps'");
    }
    if (trustedCertificates != null && security == Security.NONE) {
      throw new IllegalArgumentException(
          "has trusted-certificates, which a connection without encryption does not look at; remove"
              + " them or write 'security: starttls'");
    }
  }
}
