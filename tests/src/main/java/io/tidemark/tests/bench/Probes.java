package io.tidemark.tests.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** When single events were produced, and when a reader first had a row that holds each. */
final class Probes {
  /** Produced and not yet read, the oldest first; guarded by this. */
  private final Map<String, Moment> underway = new LinkedHashMap<>();

  private final List<Delay> delays = new ArrayList<>();

  /**
   * A moment on both clocks.
   *
   * @param nanos of the clock that only goes on, by which delays are measured
   * @param millis of the calendar, by which rows are found
   */
  record Moment(long nanos, long millis) {}

  private record Delay(long produced, double seconds) {}

  /** To be said before it is sent: no reader may have it earlier. */
  synchronized void produced(String probe, Moment at) {
    underway.put(probe, at);
  }

  /** A reader has rows of these; those it had before are not counted again. */
  synchronized void read(Collection<String> probes, long nanos) {
    for (String probe : probes) {
      Moment produced = underway.remove(probe);
      if (produced != null) {
        delays.add(new Delay(produced.nanos(), (nanos - produced.nanos()) / 1e9));
      }
    }
  }

  /** When the oldest was produced that nobody has read, on the calendar's clock. */
  synchronized OptionalLong oldestUnread() {
    return underway.values().stream().mapToLong(Moment::millis).findFirst();
  }

  synchronized int unread() {
    return underway.size();
  }

  synchronized int read() {
    return delays.size();
  }

  /** Seconds from produced to read of those produced in a span, the shortest first. */
  synchronized List<Double> seconds(long fromNanos, long toNanos) {
    return delays.stream()
        .filter(each -> each.produced() >= fromNanos && each.produced() < toNanos)
        .map(Delay::seconds)
        .sorted()
        .toList();
  }
}
