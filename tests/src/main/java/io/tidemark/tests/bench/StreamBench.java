package io.tidemark.tests.bench;

import java.io.PrintWriter;
import java.util.List;

/** All that is measured of streams: each part is a benchmark of its own, too. */
final class StreamBench implements Benchmark {
  /** An hour of events at the steady rate, for the usual two million of the other parts. */
  private static final int OUTAGE = 9;

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String summary() {
    return "all of the four that follow, on the way from Kafka to DWS";
  }

  @Override
  public boolean run(Plan plan, PrintWriter out) {
    // Those that take long come last: a failure shows early.
    List<Benchmark> same = List.of(new StreamThroughput(), new StreamPeer(), new StreamFreshness());
    for (Benchmark part : same) {
      if (!part.run(plan, out)) {
        return false;
      }
    }
    return new StreamCatchUp().run(plan.of(plan.events() * OUTAGE), out);
  }
}
