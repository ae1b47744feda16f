package io.tidemark.jobs.cli;

import io.tidemark.catalog.UserError;
import io.tidemark.catalog.config.Secrets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a failure says to a person. */
public final class FailureText {
  private static final int LONGEST = 2_000;

  private FailureText() {}

  /** A failure and its causes in one line. */
  public static String inALine(Throwable failure) {
    return String.join("; because: ", messages(chain(failure))).replaceAll("\\s*\\n\\s*", "; ");
  }

  /**
   * The same for a place that others read: without the values of what is named like a secret, and
   * no longer than somebody reads. Servers quote what they were given.
   */
  public static String withoutSecrets(Throwable failure) {
    String text = Secrets.redactText(inALine(failure));
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  /** What the user wrote and is to change, if that is what a failure comes from. */
  public static Optional<UserError> userError(Throwable failure) {
    return chain(failure).stream()
        .filter(UserError.class::isInstance)
        .map(UserError.class::cast)
        .findFirst();
  }

  static List<Throwable> chain(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>();
    for (Throwable next = failure; next != null && seen.add(next); next = next.getCause()) {
      chain.add(next);
    }
    return chain;
  }

  /** A cause often repeats what the failure above it already quoted: say it once. */
  static List<String> messages(List<Throwable> chain) {
    List<String> messages = new ArrayList<>();
    for (Throwable throwable : chain) {
      String message = message(throwable);
      if (messages.stream().noneMatch(earlier -> earlier.contains(message))) {
        messages.add(message);
      }
    }
    return messages;
  }

  private static String message(Throwable throwable) {
    String kind = throwable.getClass().getSimpleName();
    String message = throwable.getMessage();
    if (message == null || message.isBlank()) {
      return kind;
    }
    return isOurs(throwable) ? message.strip() : kind + ": " + withoutTrace(message.strip());
  }

  /** Clients of a Hive Metastore put the stack trace of a cause into their message. */
  private static String withoutTrace(String message) {
    int trace = message.indexOf("\n\tat ");
    return trace < 0 ? message : message.substring(0, trace);
  }

  /** Our own messages stand for themselves; those of a library need the name of what was thrown. */
  private static boolean isOurs(Throwable throwable) {
    StackTraceElement[] trace = throwable.getStackTrace();
    return throwable.getClass().getName().startsWith("io.tidemark.")
        || trace.length > 0 && trace[0].getClassName().startsWith("io.tidemark.");
  }
}
