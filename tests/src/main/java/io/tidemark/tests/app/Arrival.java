package io.tidemark.tests.app;

import io.tidemark.jobs.decode.Reason;
import io.tidemark.tests.app.Ledger.Kind;

/** A message on its way; the sequence decides between those that arrive in one millisecond. */
record Arrival(Message message, long sequence, long eventMillis, Kind kind, Reason reason)
    implements Comparable<Arrival> {
  @Override
  public int compareTo(Arrival other) {
    int byTime = Long.compare(message.timestampMillis(), other.message.timestampMillis());
    return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
  }
}
