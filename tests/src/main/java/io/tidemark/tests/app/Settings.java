package io.tidemark.tests.app;

import java.time.LocalDate;
import java.time.ZoneId;

/**
 * What a day of the reading app looks like. Equal settings give equal bytes.
 *
 * @param day the business day
 * @param zone where that day begins and ends
 * @param seed of everything random
 * @param readingEvents distinct reading events, before duplicates and malformed messages
 * @param duplicateShare duplicates for each event; one in five disagrees with the first
 * @param lateShare events that arrive more than two hours after they happened
 * @param malformedShare messages for each event that no job can read
 * @param hotKeyShare events of one single content, beside its ordinary share
 * @param nullShare events without {@code content_id}, and as many without {@code channel}
 */
public record Settings(
    LocalDate day,
    ZoneId zone,
    long seed,
    long readingEvents,
    double duplicateShare,
    double lateShare,
    double malformedShare,
    double hotKeyShare,
    double nullShare) {
  public Settings {
    if (readingEvents < 1) {
      throw new IllegalArgumentException("readingEvents is " + readingEvents + "; use 1 or more");
    }
    checkShare("duplicateShare", duplicateShare);
    checkShare("lateShare", lateShare);
    checkShare("malformedShare", malformedShare);
    checkShare("hotKeyShare", hotKeyShare);
    checkShare("nullShare", nullShare);
  }

  /** A day as it usually is. */
  public static Settings usual(LocalDate day, ZoneId zone, long seed, long readingEvents) {
    return new Settings(day, zone, seed, readingEvents, 0.01, 0.003, 0.002, 0, 0.01);
  }

  /** The same with another share of duplicates. */
  public Settings withDuplicateShare(double share) {
    return new Settings(
        day, zone, seed, readingEvents, share, lateShare, malformedShare, hotKeyShare, nullShare);
  }

  /** The same with another share of late events. */
  public Settings withLateShare(double share) {
    return new Settings(
        day,
        zone,
        seed,
        readingEvents,
        duplicateShare,
        share,
        malformedShare,
        hotKeyShare,
        nullShare);
  }

  /** The same with another share of malformed messages. */
  public Settings withMalformedShare(double share) {
    return new Settings(
        day, zone, seed, readingEvents, duplicateShare, lateShare, share, hotKeyShare, nullShare);
  }

  /** The same with another share of the hot content. */
  public Settings withHotKeyShare(double share) {
    return new Settings(
        day,
        zone,
        seed,
        readingEvents,
        duplicateShare,
        lateShare,
        malformedShare,
        share,
        nullShare);
  }

  /** The same with another share of nulls. */
  public Settings withNullShare(double share) {
    return new Settings(
        day,
        zone,
        seed,
        readingEvents,
        duplicateShare,
        lateShare,
        malformedShare,
        hotKeyShare,
        share);
  }

  private static void checkShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " is " + share + "; use a share from 0 to 1");
    }
  }
}
