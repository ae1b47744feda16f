package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Map;

/** The keys of {@code start}: where a job that has never run begins. */
final class StartKeys {
  static final Key<Start.Edge> POSITION =
      Key.optional(
          "position", Values.oneOf(Start.Edge.class), "Behind nothing, or behind all there is.");
  static final Key<Instant> TIMESTAMP =
      Key.optional(
          "timestamp",
          Values.of("time with an offset", StartKeys::instant),
          "The first message of each partition whose record timestamp is not before this moment;"
              + " the end of a partition without one.");
  static final Key<LocalDate> DAY =
      Key.optional(
          "day",
          Values.DATE,
          "The same for the beginning of a business day, in the warehouse's zone.");
  static final Key<Map<String, Long>> OFFSETS =
      Key.map(
          "offsets",
          Values.of("offset", StartKeys::offset),
          "Partition to the first offset to read; every partition of the topic.");
  static final Key<Section> START =
      new Key<>(
          "start",
          Structures.section(Keys.of(POSITION, TIMESTAMP, DAY, OFFSETS), POSITION),
          false,
          null,
          "earliest",
          "Where a job that has never run begins: one of the keys below. Once it has run, its table"
              + " says where it goes on, and `./tidemark offsets` moves it.");

  private StartKeys() {}

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is no moment; write date, time and offset, such as 2026-01-15T08:00:00+08:00");
    }
  }

  private static long offset(String text) {
    return Long.parseLong(
        KeyTexts.check(text, "\\d{1,18}", "is no offset; write a whole number from 0"));
  }
}
