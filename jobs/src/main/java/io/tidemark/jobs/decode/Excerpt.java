package io.tidemark.jobs.decode;

import java.nio.charset.StandardCharsets;

/** Shortens what a message contained, for a detail that a person reads. */
final class Excerpt {
  /** Longest excerpt of a value, in characters. */
  static final int LENGTH = 200;

  private Excerpt() {}

  static String of(String text) {
    return of(text, LENGTH);
  }

  static String of(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    // Not through the middle of a surrogate pair.
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + "...";
  }

  /** The bytes from {@code start} to {@code end} as text. */
  static String of(byte[] message, long start, long end) {
    // No more than what can matter: a character has at most three bytes per UTF-16 unit.
    int from = (int) Math.max(0, Math.min(start, message.length));
    int length = (int) Math.max(0, Math.min(end, message.length) - from);
    int enough = Math.min(length, 3 * LENGTH + 3);
    return of(new String(message, from, enough, StandardCharsets.UTF_8).strip());
  }
}
