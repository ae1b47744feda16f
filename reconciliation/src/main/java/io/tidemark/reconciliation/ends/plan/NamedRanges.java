package io.tidemark.reconciliation.ends.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Offsets of a topic, counted, and the first of them by name: a person has to find them. */
public final class NamedRanges {
  private static final int NAMED = 10;

  private final Map<Integer, List<OffsetRange>> named = new TreeMap<>();
  private int ranges;
  private long offsets;
  private boolean all = true;

  /** Adds a range; of one partition they come in order, and neighbours become one. */
  public void add(int partition, OffsetRange range) {
    offsets += range.size();
    List<OffsetRange> known = named.computeIfAbsent(partition, number -> new ArrayList<>());
    int last = known.size() - 1;
    if (last >= 0 && known.get(last).to() == range.from()) {
      known.set(last, new OffsetRange(known.get(last).from(), range.to()));
    } else if (ranges < NAMED) {
      known.add(range);
      ranges++;
    } else {
      all = false;
    }
  }

  /** How many offsets, named or not. */
  public long offsets() {
    return offsets;
  }

  /** {@code topic-0 [17-20, 31], topic-1 [5] ...}: partitions as Kafka's own tools write them. */
  public String of(String topic) {
    List<String> texts = new ArrayList<>();
    named.forEach(
        (partition, known) -> {
          if (!known.isEmpty()) {
            texts.add(topic + "-" + partition + " " + known);
          }
        });
    return String.join(", ", texts) + (all ? "" : " and more");
  }
}
