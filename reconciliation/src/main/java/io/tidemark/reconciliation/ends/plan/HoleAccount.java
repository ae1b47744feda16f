package io.tidemark.reconciliation.ends.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides what offsets without row and dead letter are: offsets that never were messages (marks of
 * transactions, aborted messages, what compaction removed), messages that were rightly ignored, or
 * lost ones. Two witnesses are heard, each of whom knows something that the other cannot: Kafka, as
 * far as it still has the offsets, and what the micro-batches counted when they read them.
 */
public final class HoleAccount implements PlaceTally.Holes {
  /** Holes kept one by one; of more, only the micro-batches tell. */
  static final int KEPT = 200_000;

  private static final int FOUND_KEPT = 10_000;

  /**
   * A hole.
   *
   * @param partition of the topic
   * @param range its offsets
   */
  public record Hole(int partition, OffsetRange range) {}

  private final ReadSteps steps;
  private final SkippedOffsets skipped;
  private final List<Hole> holes = new ArrayList<>();

  // By step; the last place is for offsets whose step is not known.
  private final long[] missing;
  private final long[] asked;
  private final long[] foundLost;
  private final long[] foundIgnored;

  private final NamedRanges lost = new NamedRanges();
  private final Map<Integer, TreeSet<Long>> lostOffsets = new TreeMap<>();
  private long passedOver;

  /** Offsets that somebody decided not to read. */
  public interface SkippedOffsets {
    /** The parts of a range that were not skipped, in order. */
    List<OffsetRange> notSkipped(int partition, OffsetRange range);
  }

  public HoleAccount(ReadSteps steps, SkippedOffsets skipped) {
    this.steps = steps;
    this.skipped = skipped;
    this.missing = new long[steps.count() + 1];
    this.asked = new long[steps.count() + 1];
    this.foundLost = new long[steps.count() + 1];
    this.foundIgnored = new long[steps.count() + 1];
  }

  @Override
  public void hole(int partition, OffsetRange range) {
    long left = 0;
    for (OffsetRange part : skipped.notSkipped(partition, range)) {
      left += part.size();
      steps.split(partition, part, (step, offsets) -> missing[place(step)] += offsets.size());
      if (holes.size() < KEPT) {
        holes.add(new Hole(partition, part));
      }
    }
    passedOver += range.size() - left;
  }

  private int place(int step) {
    return step < 0 ? steps.count() : step;
  }

  /** The holes to ask Kafka for, in order. */
  public List<Hole> holes() {
    return List.copyOf(holes);
  }

  /** Notes that Kafka was asked for these offsets, and has told what it has of them. */
  public void asked(int partition, OffsetRange range) {
    steps.split(partition, range, (step, offsets) -> asked[place(step)] += offsets.size());
  }

  /**
   * Notes a message that Kafka has in a hole.
   *
   * @param ignored whether it rightly has no row
   */
  public void found(int partition, long offset, boolean ignored) {
    OffsetRange range = new OffsetRange(offset, offset + 1);
    steps.split(
        partition, range, (step, offsets) -> (ignored ? foundIgnored : foundLost)[place(step)]++);
    if (!ignored) {
      lost.add(partition, range);
      if (lost.offsets() <= FOUND_KEPT) {
        lostOffsets.computeIfAbsent(partition, number -> new TreeSet<>()).add(offset);
      }
    }
  }

  /**
   * The decision.
   *
   * @param lost messages that were read and are nowhere
   * @param exactly those of them that Kafka still has
   * @param among holes in which the others are; which of them is not known
   * @param ignored messages that rightly have no row
   * @param noMessage offsets that never were messages, or are not any more
   * @param untold offsets of which neither Kafka nor a micro-batch says anything
   * @param passedOver offsets that a recorded move skipped
   */
  public record Verdict(
      long lost,
      NamedRanges exactly,
      NamedRanges among,
      long ignored,
      long noMessage,
      long untold,
      long passedOver) {}

  /** Adds up what was heard. */
  public Verdict verdict() {
    long allLost = 0;
    long ignored = 0;
    long noMessage = 0;
    boolean[] unnamed = new boolean[steps.count()];
    for (int i = 0; i < steps.count(); i++) {
      ReadSteps.Step step = steps.step(i);
      // Offsets without a message when they were read are as many as were not counted then.
      long empty = step.span() - step.read();
      long byCount = missing[i] - empty - step.ignored();
      long stepLost = Math.max(foundLost[i], Math.max(0, byCount));
      unnamed[i] = stepLost > foundLost[i];
      long stepIgnored = Math.min(step.ignored(), missing[i] - stepLost);
      allLost += stepLost;
      ignored += stepIgnored;
      noMessage += missing[i] - stepLost - stepIgnored;
    }
    int unknown = steps.count();
    return new Verdict(
        allLost + foundLost[unknown],
        lost,
        among(unnamed),
        ignored + foundIgnored[unknown],
        noMessage + asked[unknown] - foundLost[unknown] - foundIgnored[unknown],
        missing[unknown] - asked[unknown],
        passedOver);
  }

  private NamedRanges among(boolean[] unnamed) {
    NamedRanges among = new NamedRanges();
    for (Hole hole : holes) {
      steps.split(
          hole.partition(),
          hole.range(),
          (step, offsets) -> {
            if (step >= 0 && unnamed[step]) {
              addUnknown(among, hole.partition(), offsets);
            }
          });
    }
    return among;
  }

  /** Without those that Kafka has shown to be lost. */
  private void addUnknown(NamedRanges among, int partition, OffsetRange range) {
    long at = range.from();
    TreeSet<Long> known = lostOffsets.getOrDefault(partition, new TreeSet<>());
    for (long offset : known.subSet(range.from(), range.to())) {
      if (at < offset) {
        among.add(partition, new OffsetRange(at, offset));
      }
      at = offset + 1;
    }
    if (at < range.to()) {
      among.add(partition, new OffsetRange(at, range.to()));
    }
  }
}
