package io.tidemark.jobs.spec;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where a job that has never run begins to read its topic. */
public sealed interface Start {
  /** The ends of a topic. */
  enum Edge implements Start {
    /** The oldest message that the brokers still have. */
    EARLIEST,
    /** Behind the newest message there is when the job first runs. */
    LATEST
  }

  /** The start of a route that declares none. */
  enum OfSplit implements Start {
    /** The position of the split's own job when the route first runs. */
    WHERE_IT_STANDS
  }

  /**
   * Of every partition the first message whose record timestamp is not before a moment; the end of
   * one that has none.
   *
   * @param time the moment
   */
  record Timestamp(Instant time) implements Start {}

  /**
   * The same for the beginning of a business day.
   *
   * @param day a day in the warehouse's zone
   */
  record Day(LocalDate day) implements Start {}

  /**
   * Given offsets.
   *
   * @param next partition to the first offset to read; every partition of the topic
   */
  record Offsets(SortedMap<Integer, Long> next) implements Start {
    public Offsets(Map<Integer, Long> next) {
      this(new TreeMap<>(next));
    }

    public Offsets {
      next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
    }
  }
}
