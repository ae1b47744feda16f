package io.tidemark.reconciliation.ends;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.source.TopicMessages;
import io.tidemark.reconciliation.ends.plan.HoleAccount;
import io.tidemark.reconciliation.ends.plan.HoleAccount.Hole;
import io.tidemark.reconciliation.ends.plan.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks Kafka which of the offsets that the tables have nothing of are messages. Holes that lie
 * close together are read in one go; of very many, what the micro-batches counted has to do for the
 * rest.
 */
final class HoleQuestions {
  private static final long CLOSE = 1_000;
  private static final long ASKED_AT_MOST = 500_000;
  private static final long SHOWN_EACH = 100_000;

  private final SharedTopic topic;
  private final Map<Integer, Long> earliest;
  private final Map<Integer, Long> end;
  private final Consumer<String> progress;
  private long asked;

  HoleQuestions(
      SharedTopic topic,
      Map<Integer, Long> earliest,
      Map<Integer, Long> end,
      Consumer<String> progress) {
    this.topic = topic;
    this.earliest = earliest;
    this.end = end;
    this.progress = progress;
  }

  /**
   * Asks, and tells the account what there is.
   *
   * @param ignored whether a message rightly has no row
   */
  void ask(HoleAccount account, KafkaSettings kafka, Predicate<TopicMessages.Message> ignored) {
    List<List<Hole>> windows = windows(account.holes());
    if (windows.isEmpty()) {
      return;
    }
    try (TopicMessages messages = new TopicMessages(kafka, topic.topic())) {
      for (List<Hole> window : windows) {
        long from = window.get(0).range().from();
        long to = window.get(window.size() - 1).range().to();
        if (asked + (to - from) > ASKED_AT_MOST) {
          continue;
        }
        int partition = window.get(0).partition();
        Place place = new Place(window);
        messages.read(
            partition,
            from,
            to,
            message -> {
              if (place.isHole(message.offset())) {
                account.found(partition, message.offset(), ignored.test(message));
              }
            });
        window.forEach(hole -> account.asked(partition, hole.range()));
        show(to - from);
      }
    }
  }

  private void show(long more) {
    if (asked / SHOWN_EACH != (asked + more) / SHOWN_EACH) {
      progress.accept(
          String.format(
              Locale.ROOT,
              "kafka %s: asked Kafka for %,d offsets that have no row",
              topic.name(),
              asked + more));
    }
    asked += more;
  }

  /** The holes that Kafka still has, close ones together; in order. */
  private List<List<Hole>> windows(List<Hole> holes) {
    List<List<Hole>> windows = new ArrayList<>();
    for (Hole hole : holes) {
      long from = Math.max(hole.range().from(), earliest.getOrDefault(hole.partition(), 0L));
      long to = Math.min(hole.range().to(), end.getOrDefault(hole.partition(), 0L));
      // A hole longer than what is asked at once is asked in parts.
      for (long at = from; at < to; at += ASKED_AT_MOST / 10) {
        Hole part =
            new Hole(hole.partition(), new OffsetRange(at, Math.min(to, at + ASKED_AT_MOST / 10)));
        List<Hole> window = windows.isEmpty() ? null : windows.get(windows.size() - 1);
        if (window != null && belongs(window, part)) {
          window.add(part);
        } else {
          windows.add(new ArrayList<>(List.of(part)));
        }
      }
    }
    return windows;
  }

  private static boolean belongs(List<Hole> window, Hole part) {
    Hole last = window.get(window.size() - 1);
    return last.partition() == part.partition()
        && part.range().from() - last.range().to() < CLOSE
        && part.range().to() - window.get(0).range().from() <= ASKED_AT_MOST / 10;
  }

  /** Goes through holes in order. */
  private static final class Place {
    private final List<Hole> holes;
    private int at;

    Place(List<Hole> holes) {
      this.holes = holes;
    }

    /** Whether an offset, none smaller than the one before, lies in a hole. */
    boolean isHole(long offset) {
      while (at < holes.size() && holes.get(at).range().to() <= offset) {
        at++;
      }
      return at < holes.size() && holes.get(at).range().from() <= offset;
    }
  }
}
